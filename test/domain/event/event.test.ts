import { describe, expect, it } from 'vitest';
import { type ArtifactChange, createArtifact, storeContent } from '../../../src/domain/artifact/artifact.ts';
import { type EventType, type MaestroEvent, stampOf } from '../../../src/domain/event/event.ts';
import { finishReading, finishVerifying, readAgain } from '../../../src/domain/evidence/evidence.ts';
import { createDisclosurePack } from '../../../src/domain/pack/disclosure-pack.ts';
import { prune } from '../../../src/domain/run/retention.ts';
import { createRun, updateRun } from '../../../src/domain/run/run.ts';
import { A_READING, anArtifact, aRun, RECEIVED, STAMP } from '../rows.ts';

describe('the stamp of a request', () => {
  it('tells a new id, the time in UTC with milliseconds, the request and the actor', () => {
    const source = { now: () => new Date(Date.UTC(2026, 0, 31, 10, 30, 0, 7)), newId: () => 'event-7' };
    expect(stampOf(source, { id: 'request-7' })).toEqual({
      id: 'event-7',
      at: '2026-01-31T10:30:00.007Z',
      request_id: 'request-7',
      actor: 'anonymous',
    });
  });

  it('asks for an id and the time once each', () => {
    const calls: string[] = [];
    const source = {
      now: () => {
        calls.push('now');
        return new Date(0);
      },
      newId: () => {
        calls.push('newId');
        return 'event-1';
      },
    };
    stampOf(source, { id: 'request-1' });
    expect(calls.sort()).toEqual(['newId', 'now']);
  });
});

const WAITING = (storeContent(anArtifact(), RECEIVED, STAMP) as NonNullable<ArtifactChange>).artifact;
const READ = (finishReading(WAITING, A_READING, STAMP) as NonNullable<ArtifactChange>).artifact;

describe('an event', () => {
  const made: Record<EventType, { event: MaestroEvent; row: object } | null> = {
    'run.created': of(createRun({ name: 'n', owner: 'o' }, 'run-1', STAMP), 'run'),
    'run.updated': of(updateRun(aRun(), { status: 'running' }, STAMP), 'run'),
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

  it.each(Object.entries(made))(
    'of type %s carries its stamp, its run and the row after the change',
    (type, change) => {
      expect(change?.event).toMatchObject({ ...STAMP, type, run_id: 'run-1' });
      expect(change?.event.data).toEqual(change?.row);
    },
  );
});
