'use strict';
const greet = require('greet');
console.log(require('left')(greet('all')) + require('right')('all'));
