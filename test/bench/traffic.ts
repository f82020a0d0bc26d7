// What is sent to the servers, over connections each of which waits for its answer.
import autocannon from 'autocannon';

const SAMPLE_MS = 50;
const SEEDING_CONNECTIONS = 64;

export type Target = {
  method: 'GET' | 'POST' | 'PATCH';
  path: string;
  body?: string;
  /** The token that it is sent with. */
  bearer?: string;
};
export type Traffic = { port: number; targets: readonly Target[]; connections: number } & (
  | { seconds: number }
  | { answers: number }
);
export type Answered = {
  answers: number;
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
  maxMs: number;
  bytesEach: number;
};

/** Asks for the targets in turn, for a time or until so many answers have come. Rejects where one is not 2xx. */
export async function send({ port, targets, connections, ...until }: Traffic): Promise<Answered> {
  const times: number[] = [];
  let [first, last] = [0, 0];
  const options: autocannon.Options = {
    ...('seconds' in until ? { duration: until.seconds } : { amount: until.answers }),
    url: `http://127.0.0.1:${port}`,
    connections,
    sampleInt: SAMPLE_MS,
    requests: targets.map((target) => withHeaders(target, port)),
  };
  const result = await new Promise<autocannon.Result>((resolve, reject) => {
    const run = autocannon(options, (error, done) => (error ? reject(error) : resolve(done)));
    run.on('response', (_client, _status, _bytes, milliseconds) => {
      last = performance.now();
      // Connecting and building the requests is not the server's time.
      if (times.length === 0) first = last;
      times.push(milliseconds);
    });
  });
  requireGood(result, `${targets[0]?.method} ${targets[0]?.path}`);
  const answers = times.length;
  // The first request of each connection waited for the connecting too.
  const settled = times.slice(connections).sort((a, b) => a - b);
  return {
    answers,
    perSecond: (answers - 1) / ((last - first) / 1_000),
    p50Ms: settled[Math.floor(settled.length * 0.5)] ?? Number.NaN,
    p99Ms: settled[Math.floor(settled.length * 0.99)] ?? Number.NaN,
    maxMs: settled.at(-1) ?? Number.NaN,
    bytesEach: result.throughput.total / answers,
  };
}

/** Sends `count` different requests once each, and returns the `id` in each answer, in the order of the answers. */
export async function sendEach(port: number, count: number, targetAt: (index: number) => Target): Promise<string[]> {
  const ids: string[] = [];
  let next = 0;
  const request: autocannon.Request = {
    setupRequest: () => withHeaders(targetAt(next++), port),
    onResponse: (_status, body) => ids.push(JSON.parse(body).id),
  };
  const result = await autocannon({
    url: `http://127.0.0.1:${port}`,
    connections: Math.min(SEEDING_CONNECTIONS, count),
    amount: count,
    sampleInt: SAMPLE_MS,
    requests: [request],
  });
  requireGood(result, targetAt(0).path);
  return ids;
}

// autocannon names no host in requests that are made one by one, and the server refuses those.
function withHeaders({ bearer, ...target }: Target, port: number): autocannon.Request {
  return {
    ...target,
    headers: {
      host: `127.0.0.1:${port}`,
      ...(target.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
    },
  };
}

function requireGood({ non2xx, errors }: autocannon.Result, what: string): void {
  if (non2xx + errors > 0) throw new Error(`${what}: ${non2xx} answers were not 2xx, ${errors} requests failed`);
}
