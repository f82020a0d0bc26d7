// The figures of callers as Markdown.
import { type ByCaller, type CallerResults, MANY_TOKENS } from './callers.ts';
import type { FirstSight, Sight } from './first-sights.ts';
import type { Plan } from './plan.ts';
import { median, type Sample } from './rounds.ts';
import { figures, fixed, pair, ratios, spread, table, verdict, whole } from './tables.ts';

const LEAST_SHARE = { token: 0.93, idToken: 0.9 };
const MOST_AMONG_MANY = 1.05;
const MOST_MS = 1;

export function callersReport(plan: Plan, { memory, postgres, sights }: CallerResults): string {
  const stores = { 'in memory': memory, 'on PostgreSQL': postgres };
  const rowsOf = (rows: (one: ByCaller, where: string) => string[][]) =>
    Object.entries(stores).flatMap(([where, one]) => rows(one, where));
  return `The yardstick is the same request to a server with \`AUTH=none\`. \`GET /maestro/runs/{id}\` is sent to every server in
${plan.rounds} interleaved rounds of about ${plan.seconds} s each, over 64 connections. **Share** is the CPU time of a request with \`AUTH=none\`,
divided by that with the credential.

${table(['credential', 'share', 'floor', 'CPU µs a request', 'requests a second'], rowsOf(shares))}

The same with an API token among ${whole(MANY_TOKENS)}, beside the only API token of a server with as many more runs:

${table(['', 'times the CPU time', 'at most', 'CPU µs a request', 'p99 ms'], rowsOf(growth))}

The first request with an ID token, whose signature is verified, beside further requests with one, which is remembered. Every
token is another one of about 1.5 kB, has the claims of GitHub Actions and was signed beforehand; the keys of the issuer are
known. In memory, over one connection:

${table(['signature', ...['p50 ms', 'CPU ms'].flatMap((figure) => [figure, 'at most', 'further requests'])], sights.map(sightRow))}`;
}

function shares({ none, token, idToken }: ByCaller, where: string): string[][] {
  const row = (name: string, samples: readonly Sample[], floor: number) => {
    const values = ratios(figures(none, 'cpuMicros'), figures(samples, 'cpuMicros'));
    return [
      `${name}, ${where}`,
      spread(values, 2),
      `${fixed(floor, 2)} ${verdict(median(values) >= floor)}`,
      pair(samples, none, 'cpuMicros', 1),
      pair(samples, none, 'perSecond', 0),
    ];
  };
  return [
    row('API token', token, LEAST_SHARE.token),
    row('ID token that was seen before', idToken, LEAST_SHARE.idToken),
  ];
}

function growth({ token, amongMany }: ByCaller, where: string): string[][] {
  const values = ratios(figures(amongMany, 'cpuMicros'), figures(token, 'cpuMicros'));
  return [
    [
      where,
      spread(values, 2),
      `${fixed(MOST_AMONG_MANY, 2)} ${verdict(median(values) <= MOST_AMONG_MANY)}`,
      pair(amongMany, token, 'cpuMicros', 1),
      pair(amongMany, token, 'p99Ms', 1),
    ],
  ];
}

function sightRow({ algorithm, first, seen }: FirstSight): string[] {
  const cells = (figure: keyof Sight) => {
    const [ofFirst, ofSeen] = [first, seen].map((sights) => sights.map((one) => one[figure])) as [number[], number[]];
    return [spread(ofFirst, 2), `${MOST_MS} ${verdict(median(ofFirst) <= MOST_MS)}`, fixed(median(ofSeen), 2)];
  };
  return [algorithm, ...cells('p50Ms'), ...cells('cpuMs')];
}
