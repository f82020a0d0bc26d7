import { describe, expect, it } from 'vitest';
import type { Artifact } from '../../../src/domain/artifact/artifact.ts';
import { MaestroError } from '../../../src/domain/errors.ts';
import { createDisclosurePack } from '../../../src/domain/pack/create-disclosure-pack.ts';
import { CreateDisclosurePackRequest, DisclosurePack } from '../../../src/domain/pack/disclosure-pack.ts';
import { A_CONTENT, anArtifact, STAMP } from '../rows.ts';

const REQUEST = { run_id: 'run-1', summary: 'Evidence' };
const [A, B, FOREIGN] = [
  anArtifact({ id: 'a' }),
  anArtifact({ id: 'b' }, { sbom_present: false }),
  anArtifact({ id: 'x', run_id: 'run-2' }),
];

const create = (artifacts: readonly Artifact[], changes: object = {}) =>
  createDisclosurePack(CreateDisclosurePackRequest.parse({ ...REQUEST, ...changes }), artifacts, 'pack-1', STAMP);

function refusal(artifacts: readonly Artifact[]): MaestroError {
  try {
    create(artifacts);
  } catch (error) {
    if (error instanceof MaestroError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('a new disclosure pack', () => {
  it('holds the artifacts given, compliant or not, in their order', () => {
    const { pack, event } = create([B, A], { metadata: { audience: 'customer' } });
    expect(pack).toEqual({
      id: 'pack-1',
      run_id: 'run-1',
      summary: 'Evidence',
      artifact_ids: ['b', 'a'],
      artifact_digests: [],
      artifact_contents: ['b', 'a'].map((artifact_id) => ({ artifact_id, digest: null, reason: 'content_not_sent' })),
      created_at: STAMP.at,
      metadata: { audience: 'customer' },
    });
    expect(event).toEqual({
      ...STAMP,
      type: 'disclosure_pack.created',
      run_id: 'run-1',
      pack_id: 'pack-1',
      data: pack,
    });
    expect(DisclosurePack.parse(pack)).toEqual(pack);
  });

  it('says of each artifact whether it has bytes, whatever hash it declares', () => {
    const declared = { ...B, content_hash: `sha256:${'a'.repeat(64)}` };
    const { pack } = create([declared, { ...A, content: A_CONTENT }]);
    expect(pack.artifact_contents).toEqual([
      { artifact_id: 'b', digest: null, reason: 'content_not_sent' },
      { artifact_id: 'a', digest: `sha256:${A_CONTENT.digests.sha256}`, reason: null },
    ]);
    expect(pack.artifact_digests).toEqual([{ artifact_id: 'a', ...A_CONTENT.digests }]);
  });

  it.each([{}, { artifact_ids: null, metadata: null }])('may be empty and without metadata (%j)', (changes) => {
    expect(create([], { ...changes, summary: '' }).pack).toMatchObject({ artifact_ids: [], metadata: {}, summary: '' });
  });

  it('is refused where an artifact is named a second time, at its second place', () => {
    const { code, message, errors } = refusal([A, B, A]);
    expect(code).toBe('validation_failed');
    expect(errors).toEqual([{ in: 'body', pointer: '/artifact_ids/2', detail: "names 'a' a second time" }]);
    expect(message).toBe("body /artifact_ids/2: names 'a' a second time");
  });

  it('is refused where an artifact belongs to another run', () => {
    expect(refusal([A, FOREIGN]).errors).toEqual([
      { in: 'body', pointer: '/artifact_ids/1', detail: "artifact 'x' belongs to another run" },
    ]);
  });

  it('is refused with every bad place named at once', () => {
    const { errors, message } = refusal([FOREIGN, A, A, FOREIGN, A]);
    expect(errors.map(({ pointer }) => pointer)).toEqual([
      '/artifact_ids/0',
      '/artifact_ids/2',
      '/artifact_ids/3',
      '/artifact_ids/4',
    ]);
    expect(message).toBe("body /artifact_ids/0: artifact 'x' belongs to another run (and 3 more)");
  });
});
