import { describe, expect, it } from 'vitest';
import { ArtifactKind, CreateArtifactRequest } from '../../../src/domain/artifact/artifact.ts';
import { FLAGS } from '../../../src/domain/gate/flag.ts';
import { STAMP } from '../rows.ts';

const REQUEST = { run_id: 'run-1', kind: 'sbom', path_or_uri: 's3://builds/1' };

describe('the kind of an artifact', () => {
  it('is one of seven', () => {
    expect(ArtifactKind.options).toEqual([
      'sbom',
      'slsa_provenance',
      'risk_assessment',
      'specification',
      'build_log',
      'test_report',
      'other',
    ]);
  });
});

describe('a request for an artifact', () => {
  it.each(FLAGS.flatMap((flag) => ['true', 'false', 1, 0, [], {}, [true]].map((value) => [flag, value] as const)))(
    'is refused where %s is %j, as flags are never coerced',
    (flag, value) => {
      expect(CreateArtifactRequest.safeParse({ ...REQUEST, metadata_json: { [flag]: value } }).success).toBe(false);
    },
  );

  it.each([
    ['a misspelt flag', { metadata_json: { sbom_presnt: true } }],
    ['a flag beside the metadata', { sbom_present: true }],
    ['metadata as a list', { metadata_json: [] }],
    ['additional metadata as text', { metadata_json: { additional_metadata: '{}' } }],
    ['an unknown kind', { kind: 'SBOM' }],
    ['an empty path', { path_or_uri: '' }],
    ['a path of 4,097 characters', { path_or_uri: 'p'.repeat(4_097) }],
    ['a hash of 257 characters', { content_hash: 'h'.repeat(257) }],
    ['a hash as a number', { content_hash: 1 }],
    ['no run', { run_id: undefined }],
    ['a run id of 257 characters', { run_id: 'r'.repeat(257) }],
    ['an id of its own', { id: 'mine' }],
    ['a time of its own', { created_at: STAMP.at }],
  ])('is refused with %s', (_what, changes) => {
    expect(CreateArtifactRequest.safeParse({ ...REQUEST, ...changes }).success).toBe(false);
  });
});
