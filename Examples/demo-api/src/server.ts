import cors from 'cors';
import express, { NextFunction, Request, Response } from 'express';

interface Book {
  id: number;
  title: string;
  author: string;
}

const port = Number(process.env.PORT ?? 5200);

const books: Book[] = [
  { id: 1, title: 'The Mythical Man-Month', author: 'Frederick P. Brooks' },
  { id: 2, title: 'The Art of UNIX Programming', author: 'Eric S. Raymond' },
];

const app = express();
app.use(cors());
app.use(express.json());

app.get('/', (_req: Request, res: Response) => {
  res.json({ name: 'demo-api', version: '1.0.0' });
});

app.get('/health', (_req: Request, res: Response) => {
  res.json({ status: 'ok' });
});

app.get('/books', (_req: Request, res: Response) => {
  res.json(books);
});

app.get('/books/:id', (req: Request, res: Response) => {
  const book = books.find((candidate) => candidate.id === Number(req.params.id));
  if (!book) {
    res.status(404).json({ error: 'not found' });
    return;
  }
  res.json(book);
});

app.post('/books', (req: Request, res: Response) => {
  const { title, author } = (req.body ?? {}) as Partial<Book>;
  if (typeof title !== 'string' || title === '' || typeof author !== 'string' || author === '') {
    res.status(400).json({ error: 'title and author are needed' });
    return;
  }
  const book: Book = { id: books.length + 1, title, author };
  books.push(book);
  res.status(201).json(book);
});

app.use((_req: Request, res: Response) => {
  res.status(404).json({ error: 'not found' });
});

// Four parameters mark this as the error handler. Bodies that express.json() refuses come with their own status (400),
// but its message is the JSON parser's, which differs between Node.js releases: so the answer does not repeat it.
app.use((error: Error & { status?: number }, _req: Request, res: Response, _next: NextFunction) => {
  const status = error.status ?? 500;
  res.status(status).json({ error: status < 500 ? 'bad request' : 'internal error' });
});

const server = app.listen(port, () => {
  console.log(`demo-api listens on port ${port}`);
});

// What a container engine sends on stop. Open answers are finished; idle keep-alive connections would hold the
// process for seconds, so they are closed at once.
function stop(): void {
  server.close(() => process.exit(0));
  server.closeIdleConnections();
}

process.on('SIGTERM', stop);
process.on('SIGINT', stop);
