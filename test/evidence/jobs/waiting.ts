// Processes that read what waits, and content that waits.
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { v7 as uuidv7 } from 'uuid';
import { afterEach } from 'vitest';
import { createArtifact } from '../../../src/domain/artifact/create-artifact.ts';
import { storeContent } from '../../../src/domain/artifact/store-content.ts';
import { systemActor } from '../../../src/domain/event/actor.ts';
import { createRun } from '../../../src/domain/run/create-run.ts';
import { type PendingSettings, readPending } from '../../../src/evidence/read-pending.ts';
import type { Readers } from '../../../src/evidence/readers.ts';
import type { Job } from '../../../src/jobs/job.ts';
import type { Stores } from '../../../src/start/stores.ts';
import { memoryStores } from '../../product-stores.ts';

export const BYTES = Buffer.from('what is read');
export const SHA256 = createHash('sha256').update(BYTES).digest('hex');
export const stamp = () => ({
  id: uuidv7(),
  at: new Date().toISOString(),
  request_id: 'r',
  actor: systemActor('test'),
});
export const open: Job[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

/** A process that reads what waits in `stores`, whose readers do as `read` does. */
export function processOf(
  stores: Stores,
  read: Readers['read'],
  changes: Partial<PendingSettings> & { workers?: number } = {},
) {
  const { workers = 1, ...settings } = changes;
  const warnings: string[] = [];
  const pending = readPending({
    stores,
    contentOf: async () => Readable.from([BYTES]),
    readers: { workers, maxBytes: 1_000, read, close: async () => {} },
    now: () => new Date(),
    newId: () => uuidv7(),
    warn: (message) => warnings.push(message),
    pollMs: 20,
    ...settings,
  });
  open.push(pending);
  return { pending, warnings };
}

export async function addContent(stores: Stores, tenant = 'default', size = BYTES.length) {
  const store = stores.of(tenant);
  const run = createRun({ name: 'n', owner: 'o' }, uuidv7(), stamp());
  await store.runs.create(run.run, run.event);
  const request = { run_id: run.run.id, kind: 'sbom' as const, path_or_uri: 'p' };
  const { artifact, event } = createArtifact(request, uuidv7(), stamp());
  await store.artifacts.create(artifact, event);
  const digests = { sha256: SHA256, sha384: null, sha512: 'b'.repeat(128) };
  await store.artifacts.update(artifact.id, (row) =>
    storeContent(row, { digests, size, media_type: 'm', holds_no_data: false }, stamp()),
  );
  const evidence = async () => (await store.artifacts.get(artifact.id)).evidence;
  return { id: artifact.id, evidence, findings: async () => (await store.readings.get(artifact.id)).reading?.findings };
}

export const stores = () => memoryStores({ maxArtifactsPerRun: 100 });

/** The stores as a process sees them that can die: nothing that it does from then on has an effect. */
export function mortal(all: ReturnType<typeof stores>) {
  let isDead = false;
  const mortalStore = <Store extends object>(store: Store) =>
    new Proxy(store, {
      get: (methods, name) => (isDead ? () => Promise.reject(new Error('dead')) : Reflect.get(methods, name)),
    });
  const of: typeof all.of = (tenant) =>
    new Proxy(all.of(tenant), { get: (stores, name) => mortalStore(Reflect.get(stores, name)) });
  const die = () => {
    isDead = true;
  };
  return { stores: { ...all, of }, die };
}
export const state = (one: Awaited<ReturnType<typeof addContent>>) => async () => (await one.evidence())?.state;
