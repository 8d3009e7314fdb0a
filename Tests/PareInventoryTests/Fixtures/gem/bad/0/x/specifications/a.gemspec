Gem::Specification.new
  s.name = "no"
  s.version = "1"
