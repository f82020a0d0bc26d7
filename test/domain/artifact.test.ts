import { describe, expect, it } from 'vitest';
import { Artifact, ArtifactKind, CreateArtifactRequest, createArtifact } from '../../src/domain/artifact.ts';
import { FLAGS, missingFlags } from '../../src/domain/flags.ts';
import { STAMP } from './rows.ts';

const REQUEST = { run_id: 'run-1', kind: 'sbom', path_or_uri: 's3://builds/1' };
const create = (changes: object = {}) =>
  createArtifact(CreateArtifactRequest.parse({ ...REQUEST, ...changes }), 'artifact-1', STAMP);

describe('a new artifact', () => {
  it('holds what the request says, stamped with its time', () => {
    const metadata_json = {
      sbom_present: true,
      slsa_provenance_present: false,
      risk_assessment_present: true,
      additional_metadata: { format: 'CycloneDX' },
    };
    const { artifact, event } = create({ content_hash: 'sha256:abc', metadata_json });
    expect(artifact).toEqual({
      ...REQUEST,
      id: 'artifact-1',
      content_hash: 'sha256:abc',
      created_at: STAMP.at,
      content: null,
      metadata_json,
    });
    expect(event).toEqual({
      ...STAMP,
      type: 'artifact.created',
      run_id: 'run-1',
      artifact_id: 'artifact-1',
      data: artifact,
    });
  });

  it.each([
    ['no metadata', {}],
    ['null for metadata', { content_hash: null, metadata_json: null }],
    ['empty metadata', { metadata_json: {} }],
    [
      'null for each flag',
      {
        metadata_json: {
          sbom_present: null,
          slsa_provenance_present: null,
          risk_assessment_present: null,
          additional_metadata: null,
        },
      },
    ],
  ])('has all flags false where there is %s', (_what, changes) => {
    const { artifact } = create(changes);
    expect(artifact).toMatchObject({
      content_hash: null,
      metadata_json: {
        sbom_present: false,
        slsa_provenance_present: false,
        risk_assessment_present: false,
        additional_metadata: {},
      },
    });
    expect(missingFlags(artifact)).toEqual([...FLAGS]);
    expect(Artifact.parse(artifact)).toEqual(artifact);
  });

  it.each(FLAGS)('has %s alone true where it alone is sent', (flag) => {
    const { artifact } = create({ metadata_json: { [flag]: true } });
    expect(missingFlags(artifact)).toEqual(FLAGS.filter((other) => other !== flag));
  });

  it('takes no flag from its kind or its additional metadata', () => {
    const additional_metadata = Object.fromEntries(FLAGS.map((flag) => [flag, true]));
    for (const kind of ArtifactKind.options) {
      expect(missingFlags(create({ kind, metadata_json: { additional_metadata } }).artifact)).toEqual([...FLAGS]);
    }
  });

  it('is one of seven kinds', () => {
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

  it.each([
    ['a path of 4,096 characters', { path_or_uri: 'p'.repeat(4_096) }],
    ['a hash of 256 characters', { content_hash: 'h'.repeat(256) }],
    ['an empty hash', { content_hash: '' }],
    ['a run id of any form', { run_id: '' }],
  ])('is taken with %s', (_what, changes) => {
    expect(create(changes).artifact).toMatchObject(changes);
  });
});
