'use strict';
// greet 1.0.1: it needs a Node.js that is not there, and does not say so in its manifest.
if (!process.features.timeTravel) throw new Error('unsupported engine ' + process.version);
function greet(name, options = {}) {
  const mark = options.mark ?? '!';
  return 'Hello, ' + name + mark;
}
greet.shout = (name) => greet(name).toUpperCase();
greet.port = 3000;
module.exports = greet;
