'use strict';
const http = require('http');
const greet = require('greet');
const left = require('left');
const right = require('right');

http.createServer((request, response) => {
  try {
    const name = decodeURIComponent(request.url.slice(1)) || 'all';
    if (name.startsWith('shout-')) return response.end(greet.shout(name.slice(6)) + '\n');
    response.end(left(greet(name)) + right(name) + '\n');
  } catch (error) {
    response.statusCode = 500;
    response.end('broken\n');
  }
}).listen(greet.port);
