import { expect, it } from 'vitest';
import { ARTIFACT_EVENT_TYPES } from '../../../src/domain/artifact/artifact-events.ts';
import { createArtifact } from '../../../src/domain/artifact/create-artifact.ts';
import { STAMP } from '../rows.ts';

it('the types of the events of artifacts are API: none is renamed or removed', () => {
  expect(ARTIFACT_EVENT_TYPES).toEqual(
    expect.arrayContaining([
      'artifact.created',
      'artifact.content_stored',
      'artifact.evidence_requested',
      'artifact.evidence_read',
      'artifact.evidence_verified',
    ]),
  );
});

it('the JSON of an event keeps the order of its fields, as stored events are kept as they were written', () => {
  const request = { run_id: 'run-1', kind: 'sbom', path_or_uri: 'p' } as const;
  const { event, artifact } = createArtifact(request, 'artifact-1', STAMP);
  const ids = { run_id: 'run-1', artifact_id: 'artifact-1' };
  expect(JSON.stringify(event)).toBe(JSON.stringify({ ...STAMP, type: 'artifact.created', ...ids, data: artifact }));
});
