import { describe, expect, it } from 'vitest';
import { Artifact, ArtifactKind, CreateArtifactRequest } from '../../../src/domain/artifact/artifact.ts';
import { createArtifact, requireAbout } from '../../../src/domain/artifact/create-artifact.ts';
import { FLAGS } from '../../../src/domain/gate/flag.ts';
import { missingFlags } from '../../../src/domain/gate/flags.ts';
import { anArtifact, ownFlags, STAMP } from '../rows.ts';

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

  it.each([
    ['a path of 4,096 characters', { path_or_uri: 'p'.repeat(4_096) }],
    ['a hash of 256 characters', { content_hash: 'h'.repeat(256) }],
    ['an empty hash', { content_hash: '' }],
    ['a run id of any form', { run_id: '' }],
  ])('is made from a request with %s', (_what, changes) => {
    expect(create(changes).artifact).toMatchObject(changes);
  });
});

describe('what an artifact is about', () => {
  const found = new Map([
    ['own', { run_id: 'run-1' }],
    ['foreign', { run_id: 'run-2' }],
  ]);
  const requires = (about: string[]) => () => requireAbout(anArtifact({ about }), found);

  it('is artifacts of the same run, each once', () => {
    expect(requires(['own'])).not.toThrow();
    expect(requires([])).not.toThrow();
  });

  it('is refused with every place that names an artifact twice, of another run, or unknown', () => {
    expect(requires(['own', 'own', 'foreign', 'unknown'])).toThrow(
      expect.objectContaining({
        code: 'validation_failed',
        errors: ['/about/1', '/about/2', '/about/3'].map((pointer) => expect.objectContaining({ pointer })),
      }),
    );
  });
});
