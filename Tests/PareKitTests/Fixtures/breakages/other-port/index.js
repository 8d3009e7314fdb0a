'use strict';
// greet 1.0.1: a number that the application listens on is another.
function greet(name, options = {}) {
  const mark = options.mark ?? '!';
  return 'Hello, ' + name + mark;
}
greet.shout = (name) => greet(name).toUpperCase();
greet.port = 3001;
module.exports = greet;
