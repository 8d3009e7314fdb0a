'use strict';
// greet 1.0.1: it can no longer be loaded with require().
const greet = (name) => 'Hello, ' + name + '!';
export default greet;
