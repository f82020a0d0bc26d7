import { describe, expect, it } from 'vitest';
import {
  Artifact,
  ArtifactKind,
  CreateArtifactRequest,
  createArtifact,
  declaredDigests,
  storeContent,
} from '../../../src/domain/artifact/artifact.ts';
import { PENDING } from '../../../src/domain/evidence/evidence.ts';
import { FLAGS, missingFlags } from '../../../src/domain/gate/flags.ts';
import { anArtifact, ownFlags, RECEIVED, STAMP } from '../rows.ts';

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
      about: [],
      content: null,
      evidence: null,
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
    expect(missingFlags(ownFlags(artifact))).toEqual([...FLAGS]);
    expect(Artifact.parse(artifact)).toEqual(artifact);
  });

  it.each(FLAGS)('has %s alone true where it alone is sent', (flag) => {
    const { artifact } = create({ metadata_json: { [flag]: true } });
    expect(missingFlags(ownFlags(artifact))).toEqual(FLAGS.filter((other) => other !== flag));
  });

  it('takes no flag from its kind or its additional metadata', () => {
    const additional_metadata = Object.fromEntries(FLAGS.map((flag) => [flag, true]));
    for (const kind of ArtifactKind.options) {
      expect(missingFlags(ownFlags(create({ kind, metadata_json: { additional_metadata } }).artifact))).toEqual([
        ...FLAGS,
      ]);
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

const SHA256 = RECEIVED.digests.sha256;

describe('content that is stored', () => {
  it('is told by the artifact as it was received, stamped with its time', () => {
    const artifact = anArtifact();
    const stored = storeContent(artifact, RECEIVED, STAMP);
    const { sha384: _, ...digests } = RECEIVED.digests;
    const content = { digests, size: 4, media_type: 'text/plain', stored_at: STAMP.at };
    expect(stored?.artifact).toEqual({ ...artifact, content, evidence: PENDING });
    expect(stored?.event).toEqual({
      ...STAMP,
      type: 'artifact.content_stored',
      run_id: artifact.run_id,
      artifact_id: artifact.id,
      data: stored?.artifact,
    });
    expect(Artifact.parse(stored?.artifact)).toEqual(stored?.artifact);
  });

  it('never changes: the same bytes change nothing, others are refused', () => {
    const artifact = storeContent(anArtifact(), RECEIVED, STAMP)?.artifact as Artifact;
    expect(storeContent(artifact, { ...RECEIVED, media_type: 'text/html' }, STAMP)).toBeNull();
    const other = { ...RECEIVED, digests: { ...RECEIVED.digests, sha256: SHA256.replace(/^./, '0') } };
    expect(() => storeContent(artifact, other, STAMP)).toThrow(expect.objectContaining({ code: 'content_conflict' }));
  });

  it('is what content_hash declares, or refused; where SHA-384 is declared and was not computed, too', () => {
    for (const content_hash of [SHA256, `sha256:${SHA256}`, RECEIVED.digests.sha512, 'v1', null]) {
      expect(storeContent(anArtifact({ content_hash }), RECEIVED, STAMP)).not.toBeNull();
    }
    for (const content_hash of ['0'.repeat(64), `sha512:${'0'.repeat(128)}`, `sha384:${'0'.repeat(96)}`]) {
      expect(() => storeContent(anArtifact({ content_hash }), RECEIVED, STAMP)).toThrow(
        expect.objectContaining({ code: 'digest_mismatch' }),
      );
    }
  });
});

describe('the digests that a content_hash declares', () => {
  it.each([SHA256, `SHA256: ${SHA256}`, `0x${SHA256}`, `sha256-${Buffer.from(SHA256, 'hex').toString('base64')}`])(
    'are compared with the bytes in any spelling, such as %j',
    (content_hash) => {
      expect(declaredDigests({ content_hash })).toEqual([{ algorithm: 'sha256', hex: SHA256 }]);
      const artifact = anArtifact({ content_hash });
      expect(storeContent(artifact, RECEIVED, STAMP)).not.toBeNull();
      const other = { ...RECEIVED, digests: { ...RECEIVED.digests, sha256: '0'.repeat(64) } };
      expect(() => storeContent(artifact, other, STAMP)).toThrow(expect.objectContaining({ code: 'digest_mismatch' }));
    },
  );

  it('must all be those of the bytes', () => {
    const wrong = Buffer.alloc(64).toString('base64');
    const content_hash = `sha256-${Buffer.from(SHA256, 'hex').toString('base64')} sha512-${wrong}`;
    expect(() => storeContent(anArtifact({ content_hash }), RECEIVED, STAMP)).toThrow(
      expect.objectContaining({ errors: [expect.objectContaining({ detail: expect.stringContaining('sha512') })] }),
    );
  });

  it.each([null, '', 'sha256:', `sha256:${SHA256.slice(1)}`, `md5:${SHA256}`, 'sha256:abc123'])(
    'are none in %j, which is stored as it is',
    (content_hash) => {
      expect(declaredDigests({ content_hash })).toEqual([]);
      expect(storeContent(anArtifact({ content_hash }), RECEIVED, STAMP)?.artifact.content_hash).toBe(content_hash);
    },
  );
});
