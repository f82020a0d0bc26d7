// The rows that generated requests refer to, and what must be known of them to tell a request's answer.
import fc from 'fast-check';
import { ROLES } from '../../src/auth/role.ts';
import { RunStatus } from '../../src/domain/run/run.ts';
import { ALL_FLAGS, type Api, newArtifact, newRun, patch, post } from '../helper.ts';
import { type Known, type Operation, type Request, textOf, toInject } from './request-generator.ts';

export type PoolRun = { id: string; status: RunStatus; artifactIds: string[]; passes: boolean };
export type Pool = { runs: PoolRun[]; artifactIds: string[]; packIds: string[]; tokenIds: string[] };

const OWNERS = ['team-a', 'Gruppe Ä', '組'];

/** Runs in every status with none, bad and good evidence, each with a pack. */
export async function seedPool(app: Api): Promise<Pool> {
  const runs: PoolRun[] = [];
  const packIds: string[] = [];
  for (const status of RunStatus.options) {
    for (const [index, evidence] of [[], [{ sbom_present: true }], [{}, ALL_FLAGS]].entries()) {
      const run = await runIn(app, status, OWNERS[index]);
      const artifactIds: string[] = [];
      for (const flags of evidence) artifactIds.push((await newArtifact(app, run, flags)).id);
      packIds.push((await post(app, '/maestro/disclosure-packs', { run_id: run, summary: '' })).id);
      runs.push({ id: run, status, artifactIds, passes: status === 'succeeded' && evidence.includes(ALL_FLAGS) });
    }
  }
  return {
    runs,
    artifactIds: runs.flatMap((run) => run.artifactIds),
    packIds,
    tokenIds: [await newToken(app), await newToken(app)],
  };
}

/** What the document cannot say of a request that concerns `run`. */
export function knownOf(operation: Operation, pool: Pool, run: PoolRun): Known {
  const known: Known = {
    'path.run_id': fc.constant(run.id),
    'path.artifact_id': fc.constantFrom(...pool.artifactIds),
    'path.pack_id': fc.constantFrom(...pool.packIds),
    'path.token_id': fc.constantFrom(...pool.tokenIds),
    'query.run_id': fc.oneof(fc.constant(run.id), textOf(0)),
    'query.owner': fc.oneof(fc.constantFrom(...OWNERS), textOf(1)),
    // What stands here is a wish: `prepared` puts the cursor of that very list in its place.
    'query.cursor': fc.constant(''),
    'body.run_id': fc.constant(run.id),
    'body.artifact_ids': fc.option(fc.shuffledSubarray(run.artifactIds)),
    'body.about': fc.option(fc.shuffledSubarray(run.artifactIds)),
    'body.finished_at': fc.option(timestamps()),
    // None twice, and never all: one more can be added.
    'body.roles': fc.shuffledSubarray([...ROLES], { minLength: 1, maxLength: ROLES.length - 1 }),
    'body.owners': fc.option(fc.shuffledSubarray(OWNERS, { minLength: 1 })),
    'body.expires_at': fc.option(expiries()),
  };
  if (operation.id !== 'updateRun') return known;
  return { ...known, 'body.status': fc.constantFrom(null, run.status, ...NEXT[run.status]) };
}

/**
 * The request as it can be sent: one that changes a run gets a run of its own in the status of `run`, one that changes a
 * token gets a token of its own, and one that wishes for a cursor the cursor of its list, if that has another page.
 */
export async function prepared(app: Api, operation: Operation, request: Request, run: PoolRun): Promise<Request> {
  if (operation.id === 'updateRun') {
    const body = withPermittedFinish(request.body as Update, run.status);
    return { ...request, body, path: { run_id: await runIn(app, run.status) } };
  }
  if (['rotateToken', 'revokeToken'].includes(operation.id))
    return { ...request, path: { token_id: await newToken(app) } };
  if (!request.query.some(([name]) => name === 'cursor')) return request;
  const query = request.query.filter(([name]) => name !== 'cursor');
  const filters = query.filter(([name]) => name !== 'limit');
  const { headers } = await app.inject(toInject(operation, { ...request, query: [...filters, ['limit', '1']] }));
  const cursor = /[?&]cursor=([^&>]+)/.exec(String(headers.link))?.[1];
  return { ...request, query: cursor === undefined ? query : [...query, ['cursor', cursor]] };
}

/** What the operation answers to a request that breaks no rule of form. */
export function answerTo(operation: Operation, request: Request, run: PoolRun): number {
  const enforces = request.query.some(([name, value]) => name === 'enforce' && value === 'true');
  return enforces && !run.passes ? 409 : operation.success;
}

/** The status moves of the design, written down a second time. */
export const NEXT: Record<RunStatus, readonly RunStatus[]> = {
  pending: ['running', 'succeeded', 'failed', 'cancelled'],
  running: ['succeeded', 'failed', 'cancelled'],
  succeeded: [],
  failed: [],
  cancelled: [],
};

type Update = { status?: RunStatus | null; finished_at?: unknown };

// `finished_at` is taken only together with the move to a final status.
function withPermittedFinish(update: Update, before: RunStatus): Update {
  const after = update.status ?? before;
  if (NEXT[before].length > 0 && NEXT[after].length === 0) return update;
  const { finished_at: _, ...rest } = update;
  return rest;
}

/** The id of a new run in this status. */
export async function runIn(app: Api, status: RunStatus, owner = 'team-a'): Promise<string> {
  const { id } = await newRun(app, { owner });
  if (status !== 'pending') await patch(app, `/maestro/runs/${id}`, { status });
  return id;
}

async function newToken(app: Api): Promise<string> {
  return (await post(app, '/maestro/tokens', { name: 'pipeline', roles: ['reporter'] })).id;
}

/** Times that a token may end at. */
function expiries(): fc.Arbitrary<string> {
  const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();
  return fc.integer({ min: 1, max: 365 * 24 }).map(inHours);
}

function timestamps(): fc.Arbitrary<string> {
  const instant = fc.date({
    min: new Date('1970-01-02T00:00:00Z'),
    // What is in the future is refused.
    max: new Date('2024-12-30T00:00:00Z'),
    noInvalidDate: true,
  });
  return fc
    .tuple(
      instant,
      fc.constantFrom('', '.1', '.123', '.123456'),
      fc.constantFrom('', 'Z', 'z', '+00:00', '-23:59', '+14:00'),
    )
    .map(([date, fraction, offset]) => `${date.toISOString().slice(0, 19)}${fraction}${offset}`);
}
