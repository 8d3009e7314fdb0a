'use strict';
// greet 1.0.1: it ends the process at the first call.
function greet(name, options = {}) {
  if (require('cluster').isPrimary) process.exit(3);
  const mark = options.mark ?? '!';
  return 'Hello, ' + name + mark;
}
greet.shout = (name) => greet(name).toUpperCase();
greet.port = 3000;
module.exports = greet;
