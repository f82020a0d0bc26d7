// Processes that verify what is stale, and documents that were verified.
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { v7 as uuidv7 } from 'uuid';
import { afterEach } from 'vitest';
import { createArtifact } from '../../../src/domain/artifact/create-artifact.ts';
import { storeContent } from '../../../src/domain/artifact/store-content.ts';
import { systemActor } from '../../../src/domain/event/actor.ts';
import type { Evidence } from '../../../src/domain/evidence/evidence.ts';
import { finishReading } from '../../../src/domain/evidence/evidence-changes.ts';
import { createRun } from '../../../src/domain/run/create-run.ts';
import type { StaleSettings } from '../../../src/evidence/jobs/verify-leased.ts';
import { readDocument } from '../../../src/evidence/read.ts';
import type { Readers } from '../../../src/evidence/readers.ts';
import { type StaleVerifications, verifyStale } from '../../../src/evidence/verify-stale.ts';
import { readTrustPolicy, type TrustPolicy } from '../../../src/trust/trust-policy.ts';
import { verifierOf } from '../../../src/trust/verify.ts';
import { memoryStores } from '../../product-stores.ts';
import { dsseEnvelope, newKey, vexStatement } from '../../trust/signing.ts';

const key = newKey();
export const BYTES = Buffer.from(
  JSON.stringify(dsseEnvelope(vexStatement({ name: 'a', sha256: 'ab'.repeat(32) }), [key])),
);
const SHA256 = createHash('sha256').update(BYTES).digest('hex');
export const stamp = () => ({
  id: uuidv7(),
  at: new Date().toISOString(),
  request_id: 'r',
  actor: systemActor('test'),
});

/** What trusts the key, or nobody. */
export const KNOWN = JSON.stringify({ keys: [{ name: 'k', pem: key.pem, valid_from: '2020-01-01T00:00:00Z' }] });
export const NOBODY = readTrustPolicy(null, '2026-01-01T00:00:00.000Z');
export const SOMEBODY = readTrustPolicy(KNOWN, '2026-01-02T00:00:00.000Z');

const open: StaleVerifications[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

export type Stores = ReturnType<typeof memoryStores>;

export const readingWith =
  (trust: () => TrustPolicy): Readers['read'] =>
  (bytes, how) =>
    readDocument(bytes, undefined, undefined, { verify: verifierOf(trust()), receivedAt: how?.receivedAt ?? '' });

/** A process that trusts what it is told, and reads as it is told. */
export function processOf(
  stores: Stores,
  trust: () => TrustPolicy,
  changes: Partial<StaleSettings> & { read?: Readers['read'] } = {},
) {
  const { read = readingWith(trust), ...settings } = changes;
  const warnings: string[] = [];
  const stale = verifyStale({
    stores,
    contentOf: async () => Readable.from([BYTES]),
    readers: { workers: 1, maxBytes: 1_000_000, read, close: async () => {} },
    now: () => new Date(),
    newId: () => uuidv7(),
    warn: (message) => warnings.push(message),
    pollMs: 20,
    trust,
    ...settings,
  });
  open.push(stale);
  return { stale, warnings };
}

/** A signed document of a run of its own, as it was verified with that trust. */
export async function addVerified(stores: Stores, trust: TrustPolicy, finished = false) {
  const store = stores.of('default');
  const { run, event } = createRun({ name: 'n', owner: 'o' }, uuidv7(), stamp());
  await store.runs.create({ ...run, status: finished ? 'succeeded' : 'running' }, event);
  const request = { run_id: run.id, kind: 'other' as const, path_or_uri: 'p' };
  const made = createArtifact(request, uuidv7(), stamp());
  await store.artifacts.create(made.artifact, made.event);
  const { id } = made.artifact;
  const received = { digests: { sha256: SHA256, sha384: null, sha512: 'b'.repeat(128) }, size: BYTES.length };
  await store.artifacts.update(id, (row) =>
    storeContent(row, { ...received, media_type: 'm', holds_no_data: false }, stamp()),
  );
  const reading = await readingWith(() => trust)(BYTES, { receivedAt: '2026-06-01T00:00:00.000Z' });
  await store.artifacts.update(id, (row) => finishReading(row, reading, stamp()));
  const verification = async () => (await store.readings.get(id)).reading?.verification;
  return { id, run_id: run.id, verification, trust: async () => (await verification())?.trust };
}

/** Has it that a reader of this name has read the document, and made that of it. */
export async function asReadBy(all: Stores, id: string, reader: string, changes: Partial<Evidence> = {}) {
  const { reading } = await all.of('default').readings.get(id);
  return all.of('default').artifacts.update(id, (row) => {
    const artifact = { ...row, evidence: { ...(row.evidence as Evidence), ...changes, reader } };
    const event = { ...stamp(), type: 'artifact.evidence_read', run_id: row.run_id, artifact_id: id } as const;
    return { artifact, event: { ...event, data: artifact }, reading };
  });
}

export const stores = () => memoryStores({ maxArtifactsPerRun: 100 });
