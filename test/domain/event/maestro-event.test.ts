import { describe, expect, it } from 'vitest';
import type { ArtifactChange } from '../../../src/domain/artifact/artifact-events.ts';
import { createArtifact } from '../../../src/domain/artifact/create-artifact.ts';
import { storeContent } from '../../../src/domain/artifact/store-content.ts';
import { EVENT_TYPES, type EventType, type MaestroEvent } from '../../../src/domain/event/maestro-event.ts';
import { finishReading, finishVerifying, readAgain } from '../../../src/domain/evidence/evidence-changes.ts';
import { createDisclosurePack } from '../../../src/domain/pack/create-disclosure-pack.ts';
import { createRun } from '../../../src/domain/run/create-run.ts';
import { prune } from '../../../src/domain/run/retention.ts';
import { updateRun } from '../../../src/domain/run/update-run.ts';
import { A_READING, anArtifact, aRun, RECEIVED, STAMP } from '../rows.ts';

const WAITING = (storeContent(anArtifact(), RECEIVED, STAMP) as NonNullable<ArtifactChange>).artifact;
const READ = (finishReading(WAITING, A_READING, STAMP) as NonNullable<ArtifactChange>).artifact;

const MADE: Record<EventType, { event: MaestroEvent; row: object } | null> = {
  'run.created': of(createRun({ name: 'n', owner: 'o' }, 'run-1', STAMP), 'run'),
  'run.updated': of(updateRun(aRun(), { status: 'running' }, STAMP), 'run'),
  'run.finished': of(updateRun(aRun(), { status: 'failed' }, STAMP), 'run'),
  'run.deleted': deletion(),
  'artifact.created': of(
    createArtifact({ run_id: 'run-1', kind: 'sbom', path_or_uri: 'p' }, 'artifact-1', STAMP),
    'artifact',
  ),
  'artifact.content_stored': of(storeContent(anArtifact(), RECEIVED, STAMP), 'artifact'),
  'artifact.evidence_requested': of(readAgain(READ, STAMP), 'artifact'),
  'artifact.evidence_read': of(finishReading(WAITING, A_READING, STAMP), 'artifact'),
  'artifact.evidence_verified': of(finishVerifying(READ, A_READING, STAMP), 'artifact'),
  'disclosure_pack.created': of(createDisclosurePack({ run_id: 'run-1', summary: '' }, [], 'pack-1', STAMP), 'pack'),
};

function deletion() {
  const row = { ...aRun(), status: 'failed' as const, finished_at: '2020-01-01T00:00:00.000Z' };
  const event = prune(row, '2020-01-01T00:00:00.000Z', '2021-01-01T00:00:00.000Z', STAMP);
  return event && { event, row };
}

function of<Key extends string>(change: ({ event: MaestroEvent } & Record<Key, object>) | null, key: Key) {
  return change && { event: change.event, row: change[key] };
}

describe('the types of events', () => {
  it('are joined from their owners, each once and named after its noun', () => {
    expect([...EVENT_TYPES].sort()).toEqual(Object.keys(MADE).sort());
    for (const type of EVENT_TYPES) expect(type).toMatch(/^(run|artifact|disclosure_pack)\.[a-z_]+$/);
  });
});

describe('an event', () => {
  it.each(Object.entries(MADE))(
    'of type %s carries its stamp, its run and the row after the change',
    (type, change) => {
      expect(change?.event).toMatchObject({ ...STAMP, type, run_id: 'run-1' });
      expect(change?.event.data).toEqual(change?.row);
    },
  );
});
