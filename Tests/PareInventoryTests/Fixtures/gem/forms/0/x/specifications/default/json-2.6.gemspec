Gem::Specification.new do |spec|
  spec.names = 'no'
  spec.name='json'
  spec.version_x = '9'
  spec.version = Gem::Version.new '2.6'
