'use strict';
// greet 1.0.1: it says something else.
function greet(name, options = {}) {
  const mark = options.mark ?? '!';
  return 'Hi, ' + name + mark;
}
greet.shout = (name) => greet(name).toUpperCase();
greet.port = 3000;
module.exports = greet;
