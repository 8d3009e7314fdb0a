'use strict';
// greet 1.0.1: it refuses a name that it took.
function greet(name, options = {}) {
  if (name.length < 4) throw new RangeError('too short');
  const mark = options.mark ?? '!';
  return 'Hello, ' + name + mark;
}
greet.shout = (name) => greet(name).toUpperCase();
greet.port = 3000;
module.exports = greet;
