'use strict';
// greet 1.0.1: it prints a line when it is loaded.
console.log('greet 1.0.1 says thanks for using greet');
function greet(name, options = {}) {
  const mark = options.mark ?? '!';
  return 'Hello, ' + name + mark;
}
greet.shout = (name) => greet(name).toUpperCase();
greet.port = 3000;
module.exports = greet;
