# -*- encoding: utf-8 -*-

Gem::Specification.new do |s|
  s.name = "rack".freeze
  s.version = "2.2.0"
  s.required_ruby_version = Gem::Requirement.new(">= 2.3")
end
