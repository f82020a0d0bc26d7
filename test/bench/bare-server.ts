// The yardstick: a bare node:http server that answers from memory what the server under test was seen to answer.
import { createServer, type ServerResponse } from 'node:http';

/** One answer as it was seen; `headers` without those that Node adds by itself. */
export type Recorded = { method: string; path: string; status: number; headers: Record<string, string>; body: string };

process.once('message', (recorded: Recorded[]) => {
  const answers = new Map(recorded.map((answer) => [answer.path, answer]));
  const posted = new Map(recorded.filter(({ method }) => method === 'POST').map((answer) => [answer.path, answer]));

  const server = createServer({ keepAliveTimeout: 72_000 }, (request, response) => {
    const path = request.url ?? '';
    if (request.method === 'GET') return answer(response, answers.get(path));
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => answer(response, Buffer.concat(chunks).length > 0 ? posted.get(path) : undefined));
  });
  server.listen(Number(process.env.PORT), '127.0.0.1');
});

function answer(response: ServerResponse, recorded: Recorded | undefined): void {
  if (recorded === undefined) response.writeHead(404).end();
  else response.writeHead(recorded.status, recorded.headers).end(recorded.body);
}
