'use strict';
// greet 1.0.0: a function with a method and a constant on it.
function greet(name, options = {}) {
  const mark = options.mark ?? '!';
  return 'Hello, ' + name + mark;
}
greet.shout = (name) => greet(name).toUpperCase();
greet.port = 3000;
module.exports = greet;
