'use strict';
// greet 1.0.1: it blocks for two minutes when it is loaded.
Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 120000);
function greet(name, options = {}) {
  const mark = options.mark ?? '!';
  return 'Hello, ' + name + mark;
}
greet.shout = (name) => greet(name).toUpperCase();
greet.port = 3000;
module.exports = greet;
