// Processes that look for lost content, and artifacts whose content was read as lost.
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { v7 as uuidv7 } from 'uuid';
import { afterEach } from 'vitest';
import { MaestroError } from '../../../src/domain/errors.ts';
import { systemActor } from '../../../src/domain/event/actor.ts';
import { finishReading } from '../../../src/domain/evidence/evidence-changes.ts';
import { findLost, type LostReadings } from '../../../src/evidence/find-lost.ts';
import type { LostSettings } from '../../../src/evidence/jobs/look-for-lost.ts';
import { LOST } from '../../../src/evidence/jobs/read-content.ts';
import { readPending } from '../../../src/evidence/read-pending.ts';
import { nameContent } from '../../blobs/named.ts';
import { A_READING } from '../../domain/rows.ts';
import { memoryStores } from '../../product-stores.ts';

export const BYTES = Buffer.from('what was away');
export const SHA256 = createHash('sha256').update(BYTES).digest('hex');
const stamp = () => ({ id: uuidv7(), at: new Date().toISOString(), request_id: 'r', actor: systemActor('test') });
export const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

export type Stores = ReturnType<typeof memoryStores>;
export const newStores = () => memoryStores({ maxArtifactsPerRun: 10 });

/** An artifact whose content was read as lost. */
export async function addLost(stores: Stores, size = BYTES.length): Promise<string> {
  const id = await nameContent(stores, SHA256, size);
  await stores.of('default').artifacts.update(id, (row) => finishReading(row, LOST, stamp()));
  return id;
}

export const stateOf = async (stores: Stores, id: string) =>
  (await stores.of('default').artifacts.get(id)).evidence?.state;

/** A process that looks for it in a place that does as it is told. */
export function processOf(stores: Stores, changes: Partial<LostSettings> = {}): LostReadings & { warnings: string[] } {
  const warnings: string[] = [];
  const settings = {
    stores,
    contentOf: async () => Readable.from([BYTES]),
    readers: { workers: 1, maxBytes: 1_000, read: async () => A_READING, close: async () => {} },
    now: () => new Date(),
    newId: () => uuidv7(),
    warn: (message: string) => void warnings.push(message),
    pollMs: 20,
    ...changes,
  };
  const pending = readPending({ ...settings, pollMs: 60_000 });
  const lost = findLost({ wake: pending.wake, ...settings });
  open.push(lost, pending);
  return { ...lost, warnings };
}

export const gone = () => Promise.reject(new MaestroError('content_lost', 'gone'));
