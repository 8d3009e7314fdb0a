'use strict';
// greet 1.0.1: a method is gone.
function greet(name, options = {}) {
  const mark = options.mark ?? '!';
  return 'Hello, ' + name + mark;
}
greet.port = 3000;
module.exports = greet;
