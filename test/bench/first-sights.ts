// What the first request with an ID token takes, beside further requests with it.
import type { Serving } from './caller-servers.ts';
import type { Algorithm, CiIssuer } from './ci-tokens.ts';
import type { Plan } from './plan.ts';
import { cpuMicroseconds } from './server-process.ts';
import type { Target } from './traffic.ts';
import type { Generator } from './traffic-process.ts';

/** Requests over one connection: CPU time of the server for each, and the median time until the answer. */
export type Sight = { cpuMs: number; p50Ms: number };
/** By round. */
export type FirstSight = { algorithm: Algorithm; first: Sight[]; seen: Sight[] };

const ALGORITHMS: readonly Algorithm[] = ['RS256', 'ES256'];
/** Requests in a round, for each second that other rounds last. */
const REQUESTS_A_SECOND = 500;

export async function firstSights(
  generator: Generator,
  { rounds, seconds }: Plan,
  serving: Serving,
  issuer: CiIssuer,
): Promise<FirstSight[]> {
  const count = REQUESTS_A_SECOND * seconds;
  const asked = (tokens: readonly string[]) => sight(generator, serving, tokens);
  const results = ALGORITHMS.map((algorithm): FirstSight => ({ algorithm, first: [], seen: [] }));
  // The first round lets all be compiled.
  for (let round = 0; round <= rounds; round += 1) {
    for (const { algorithm, first, seen } of results) {
      const [one = '', ...others] = issuer.tokens(algorithm, count + 1);
      const samples = { first: await asked(others), seen: await asked(Array<string>(count).fill(one)) };
      if (round === 0) continue;
      first.push(samples.first);
      seen.push(samples.seen);
    }
  }
  return results;
}

async function sight(generator: Generator, { server, runs }: Serving, tokens: readonly string[]): Promise<Sight> {
  const targets = tokens.map((bearer, index): Target => ({ ...(runs[index % runs.length] as Target), bearer }));
  const before = cpuMicroseconds(server.pid);
  const { p50Ms } = await generator.send({ port: server.port, targets, answers: tokens.length, connections: 1 });
  return { cpuMs: (cpuMicroseconds(server.pid) - before) / tokens.length / 1_000, p50Ms };
}
