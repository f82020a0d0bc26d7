import { Artifact } from '../../domain/artifact/artifact.ts';
import type { ArtifactChange } from '../../domain/artifact/artifact-events.ts';
import { requireAbout } from '../../domain/artifact/create-artifact.ts';
import { isStorable } from '../../domain/bounds.ts';
import { isPending } from '../../domain/evidence/pending.ts';
import { readerNumber } from '../../domain/evidence/reader.ts';
import { type ReadingDetails, readingBytes, runReading } from '../../domain/evidence/reading.ts';
import { type ArtifactStore, MAX_RUN_BYTES } from '../artifacts.ts';
import { maxBytes, notFound, runFull } from '../refusals.ts';
import { gateRow } from './gate-rows.ts';
import type { Fields, Ledger, Session, Transaction } from './ledger.ts';
import { listsOfRuns } from './pages.ts';
import { one, oneRow, written } from './rows.ts';
import { GET_RUN } from './runs.ts';
import { locks, reads, writes } from './statements.ts';

const GET_ARTIFACT = reads('get_artifact', 'SELECT body::text FROM artifacts WHERE tenant = $1 AND id = $2');
const RUNS_OF_ARTIFACTS = reads(
  'runs_of_artifacts',
  'SELECT id, run_id FROM artifacts WHERE tenant = $1 AND id = ANY ($2)',
);
const LOCK_RUN_OF_ARTIFACT = locks(
  'lock_run_of_artifact',
  `SELECT 1 AS locked FROM runs WHERE tenant = $1 AND id = (SELECT run_id FROM artifacts WHERE tenant = $1 AND id = $2)
   FOR NO KEY UPDATE`,
);
const CREATE_ARTIFACT = writes('create_artifact', 1);
const UPDATE_ARTIFACT = writes('update_artifact', 3);
const listArtifacts = listsOfRuns('artifacts', 'all_artifacts', 'run_artifacts');

export function artifactStore(ledger: Ledger, maxArtifactsPerRun: number): ArtifactStore {
  const limits = { max_artifacts: maxArtifactsPerRun, max_bytes: MAX_RUN_BYTES };
  return {
    create: (artifact, event, key) =>
      ledger.idempotent(key, Artifact, async (session) => {
        const { id, run_id } = artifact;
        if (artifact.about.length > 0) await checkAbout(session, artifact);
        if (!isStorable(run_id)) throw notFound('run_not_found', run_id);
        const { body, bytes } = written(Artifact, artifact);
        const fields = { id, run_id, ...limits, bytes, for_gate: gateRow(artifact) };
        const refusal = await session.record(CREATE_ARTIFACT, event, fields, body);
        if (refusal === 'no run') throw notFound('run_not_found', run_id);
        if (refusal !== null) throw runFull(refusal === 'count' ? 'count' : 'bytes', maxArtifactsPerRun);
        return artifact;
      }),
    get: (id) => oneRow(ledger.read, GET_ARTIFACT, id, 'artifact_not_found'),
    list: (filter, page) => listArtifacts(ledger, filter, page),
    update: (id, change) =>
      ledger.transaction(async (transaction) => {
        const before = await lockedArtifact(transaction, id);
        const changed = change(before);
        if (changed === null) return before;
        const { fields, bodies } = writtenChange(changed);
        const refusal = await transaction.record(UPDATE_ARTIFACT, changed.event, fields, ...bodies);
        if (refusal !== null) throw runFull('bytes', maxArtifactsPerRun);
        return changed.artifact;
      }),
  };
}

// Sent together, and worked off in this order: what is read is the row under the lock.
async function lockedArtifact({ lock, read }: Transaction, id: string): Promise<Artifact> {
  const locked = isStorable(id) ? lock(LOCK_RUN_OF_ARTIFACT, id) : [];
  const [, artifact] = await Promise.all([locked, oneRow(read, GET_ARTIFACT, id, 'artifact_not_found')]);
  return artifact as Artifact;
}

async function checkAbout({ read }: Session, artifact: Artifact): Promise<void> {
  // An unknown run is reported first.
  await one(read, GET_RUN, artifact.run_id, 'run_not_found');
  const rows = await read<{ id: string; run_id: string }>(RUNS_OF_ARTIFACTS, artifact.about.filter(isStorable));
  requireAbout(artifact, new Map(rows.map((row) => [row.id, row])));
}

/** What `update_artifact` takes of a change. */
function writtenChange({ artifact, reading }: NonNullable<ArtifactChange>): { fields: Fields; bodies: string[] } {
  const { id, run_id } = artifact;
  const { body, bytes } = written(Artifact, artifact);
  const fields = {
    id,
    run_id,
    max_bytes: maxBytes(artifact),
    sha256: artifact.content?.digests.sha256 ?? null,
    is_pending: isPending(artifact),
    bytes,
  };
  if (reading === undefined) return { fields, bodies: [body] };
  if (reading === null) return { fields: { ...fields, reading }, bodies: [body] };
  const { findings, valid } = reading;
  return {
    fields: { ...fields, reading: fieldsOf(artifact, reading) },
    bodies: [body, JSON.stringify(runReading(id, reading)), JSON.stringify({ findings, valid })],
  };
}

function fieldsOf({ evidence }: Artifact, reading: ReadingDetails): Fields {
  const { trust = null, trust_since = null } = reading.verification ?? {};
  return { bytes: readingBytes(reading), reader: readerNumber(evidence?.reader), trust, trust_since };
}
