// The cors package ships no types. These few lines stand for @types/cors: all that server.ts uses.
declare module 'cors' {
  import { RequestHandler } from 'express';
  function cors(): RequestHandler;
  export = cors;
}
