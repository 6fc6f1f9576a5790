/**
 * A bare node:http server that reads each request and gives one and the same answer, whose headers
 * and body the parent process sends: the limit that any Node.js server runs into.
 */
import { createServer } from 'node:http';

/** What the parent process sends. */
export interface Echo {
  readonly headers: Record<string, string>;
  readonly body: string;
}

process.once('message', ({ headers, body }: Echo) => {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      response.writeHead(200, headers);
      response.end(body);
    });
  });
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    process.send?.(typeof address === 'object' ? address?.port : undefined);
  });
});
process.once('disconnect', () => process.exit());
