'use strict';
// greet 1.0.1: an option has another default.
function greet(name, options = {}) {
  const mark = options.mark ?? '.';
  return 'Hello, ' + name + mark;
}
greet.shout = (name) => greet(name).toUpperCase();
greet.port = 3000;
module.exports = greet;
