Gem::Specification.new do |s|
  s.name = "no"
  s.version = "1"
