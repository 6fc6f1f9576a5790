/** An endpoint on this machine that writes down what it gets. */
import http from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';

/** A request as it came in. */
export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** How an endpoint answers: 200 with nothing where it says nothing. */
export interface EndpointAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What listens, and what it got so far. */
export interface Endpoint {
  readonly url: string;
  readonly requests: SeenRequest[];
}

/** Starts an endpoint for one test. */
export async function startEndpoint(
  t: TestContext,
  answer: (request: SeenRequest, count: number) => EndpointAnswer = () => ({}),
): Promise<Endpoint> {
  const requests: SeenRequest[] = [];
  const server = http.createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (part: string) => (body += part));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const seen = { method, url, headers, body };
      requests.push(seen);
      const { status = 200, headers: told = {}, body: text = '' } = answer(seen, requests.length);
      response.writeHead(status, told).end(text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}
