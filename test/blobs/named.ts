// An artifact whose row names content, whether that lies anywhere or not.
import { v7 as uuidv7 } from 'uuid';
import { createArtifact } from '../../src/domain/artifact/create-artifact.ts';
import { storeContent } from '../../src/domain/artifact/store-content.ts';
import { systemActor } from '../../src/domain/event/actor.ts';
import { createRun } from '../../src/domain/run/create-run.ts';
import type { Stores } from '../../src/start/stores.ts';

const stamp = () => ({ id: uuidv7(), at: new Date().toISOString(), request_id: 'r', actor: systemActor('test') });

export async function nameContent(stores: Stores, sha256: string, size: number): Promise<string> {
  const store = stores.of('default');
  const { run, event } = createRun({ name: 'n', owner: 'o' }, uuidv7(), stamp());
  await store.runs.create(run, event);
  const made = createArtifact({ run_id: run.id, kind: 'other', path_or_uri: 'p' }, uuidv7(), stamp());
  await store.artifacts.create(made.artifact, made.event);
  const digests = { sha256, sha384: null, sha512: 'b'.repeat(128) };
  const content = { digests, size, media_type: 'text/plain', holds_no_data: false };
  await store.artifacts.update(made.artifact.id, (row) => storeContent(row, content, stamp()));
  return made.artifact.id;
}
