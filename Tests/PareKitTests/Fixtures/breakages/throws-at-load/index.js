'use strict';
// greet 1.0.1: it throws when it is loaded.
throw new Error('greet is no more');
