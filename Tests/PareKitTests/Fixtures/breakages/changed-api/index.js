'use strict';
// greet 1.0.1: the function became an object.
module.exports = { greet: (name) => 'Hello, ' + name + '!', port: 3000 };
