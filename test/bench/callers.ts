// What it costs to know who calls: GET run with a credential, beside a server that asks for none.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTokens, type Environment, type Serving, startOpen, startRequired } from './caller-servers.ts';
import { type CiIssuer, ciIssuer } from './ci-tokens.ts';
import { type FirstSight, firstSights } from './first-sights.ts';
import type { Plan } from './plan.ts';
import { race, type Sample } from './rounds.ts';
import { stop } from './server-process.ts';
import type { Generator } from './traffic-process.ts';
import { withDatabases } from './two-servers.ts';

export const MANY_TOKENS = 10_000;
const RUNS = 100;

/**
 * GET run without a credential, with an API token that is the only one, with an ID token that was seen before, and with an API
 * token among many.
 */
export type ByCaller = { none: Sample[]; token: Sample[]; idToken: Sample[]; amongMany: Sample[] };
export type CallerResults = { memory: ByCaller; postgres: ByCaller; sights: FirstSight[] };

/** A server for each, as one that gets more requests is compiled better by V8. */
type Servings = Record<'open' | 'one' | 'ci' | 'many', Serving>;

export async function callers(generator: Generator, plan: Plan): Promise<CallerResults> {
  const issuer = ciIssuer();
  const raced = (servings: Servings) => byCaller(generator, plan, servings, issuer);
  const inMemory = await withServings(issuer, { few: {}, many: {} }, async (servings) => ({
    memory: await raced(servings),
    sights: await firstSights(generator, plan, servings.ci, issuer),
  }));
  const postgres = await withDatabases(({ ours, other }) =>
    withServings(issuer, { few: { DATABASE_URL: ours }, many: { DATABASE_URL: other } }, raced),
  );
  return { ...inMemory, postgres };
}

/** What `act` returns with all servers. `few` and `many`: where the servers with few and with many tokens keep their data. */
async function withServings<Result>(
  { authFile }: CiIssuer,
  { few, many }: { few: Environment; many: Environment },
  act: (servings: Servings) => Promise<Result>,
): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'maestro-bench-'));
  const required = (runs: number, environment: Environment) => startRequired(runs, { folder, authFile }, environment);
  // All are sent as many writes: V8 compiles for what it has seen, and rows take memory.
  const servings: Servings = {
    open: await startOpen(RUNS + MANY_TOKENS, few),
    one: await required(RUNS + MANY_TOKENS, few),
    ci: await required(RUNS + MANY_TOKENS, few),
    many: await required(RUNS, many),
  };
  try {
    return await act(servings);
  } finally {
    await Promise.all(Object.values(servings).map(({ server }) => stop(server)));
    rmSync(folder, { recursive: true });
  }
}

async function byCaller(
  generator: Generator,
  plan: Plan,
  { open, one, ci, many }: Servings,
  issuer: CiIssuer,
): Promise<ByCaller> {
  const [idToken = ''] = issuer.tokens('RS256', 1);
  const [token, tokenAmongMany] = [await createTokens(one, 1), await createTokens(many, MANY_TOKENS)];
  const lane = ({ server, runs }: Serving, bearer?: string) => ({
    server,
    targets: runs.map((run) => (bearer === undefined ? run : { ...run, bearer })),
  });
  const lanes = [lane(open), lane(one, token), lane(ci, idToken), lane(many, tokenAmongMany)];
  const [[none = [], ofToken = [], ofIdToken = [], amongMany = []] = []] = await race(generator, [lanes], plan);
  return { none, token: ofToken, idToken: ofIdToken, amongMany };
}
