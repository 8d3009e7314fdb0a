||
Gem::Specification.new do | |
.name="a"
