import type { Artifact } from '../../domain/artifact/artifact.ts';
import { isStorable } from '../../domain/bounds.ts';
import { DisclosurePack } from '../../domain/pack/disclosure-pack.ts';
import type { PackStore } from '../packs.ts';
import { notFound } from '../refusals.ts';
import type { Ledger, Session } from './ledger.ts';
import { listsOfRuns } from './pages.ts';
import { type Body, one, oneRow, rowOf, written } from './rows.ts';
import { LOCK_RUN } from './runs.ts';
import { reads, writes } from './statements.ts';

const GET_PACK = reads('get_pack', 'SELECT body::text FROM disclosure_packs WHERE tenant = $1 AND id = $2');
const CREATE_PACK = writes('create_disclosure_pack', 1);
const ARTIFACTS_OF_RUN = reads(
  'artifacts_of_run',
  'SELECT body::text FROM artifacts WHERE tenant = $1 AND run_id = $2 ORDER BY id',
);
const ARTIFACTS_NAMED = reads(
  'artifacts_named',
  'SELECT id, body::text FROM artifacts WHERE tenant = $1 AND id = ANY ($2)',
);
const listPacks = listsOfRuns('disclosure_packs', 'all_packs', 'run_packs');

export function packStore(ledger: Ledger): PackStore {
  return {
    create: (runId, artifactIds, make, key) =>
      ledger.transaction((transaction) =>
        transaction.once(key, DisclosurePack, async () => {
          await one(transaction.lock, LOCK_RUN, runId, 'run_not_found');
          const { pack, event } = make(await heldArtifacts(transaction, runId, artifactIds));
          const { id, run_id } = pack;
          const { body, bytes } = written(DisclosurePack, pack);
          await transaction.record(CREATE_PACK, event, { id, run_id, bytes }, body);
          return pack;
        }),
      ),
    get: (id) => oneRow(ledger.read, GET_PACK, id, 'disclosure_pack_not_found'),
    list: (filter, page) => listPacks(ledger, filter, page),
  };
}

async function heldArtifacts({ read }: Session, runId: string, ids: readonly string[] | null): Promise<Artifact[]> {
  if (ids === null) return (await read<Body>(ARTIFACTS_OF_RUN, runId)).map(({ body }) => rowOf(body));
  const rows = await read<Body & { id: string }>(ARTIFACTS_NAMED, ids.filter(isStorable));
  const bodies = new Map(rows.map(({ id, body }) => [id, body]));
  return ids.map((id) => {
    const body = bodies.get(id);
    if (body === undefined) throw notFound('artifact_not_found', id);
    return rowOf(body);
  });
}
