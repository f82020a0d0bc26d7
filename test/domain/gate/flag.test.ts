import { describe, expect, it } from 'vitest';
import { ArtifactKind, ArtifactMetadata } from '../../../src/domain/artifact/artifact.ts';
import { ArtifactFlags, DEFAULT_JUDGING, FLAGS, KIND_OF_FLAG, LEVELS } from '../../../src/domain/gate/flag.ts';
import { declaredFlags } from '../rows.ts';

describe('the flags', () => {
  it('are the SBOM, SLSA provenance and the risk assessment, in this order', () => {
    expect(FLAGS).toEqual(['sbom_present', 'slsa_provenance_present', 'risk_assessment_present']);
  });

  it('are all the booleans that the metadata of an artifact has', () => {
    const { additional_metadata: _, ...booleans } = ArtifactMetadata.shape;
    expect(Object.keys(booleans)).toEqual([...FLAGS]);
  });

  it('are each about a kind of artifact of their own', () => {
    const kinds = FLAGS.map((flag) => KIND_OF_FLAG[flag]);
    expect(new Set(kinds).size).toBe(FLAGS.length);
    expect(ArtifactKind.options).toEqual(expect.arrayContaining(kinds));
  });

  it('are all in the schema, none of them optional', () => {
    expect(Object.keys(ArtifactFlags.shape)).toEqual([...FLAGS]);
    const { sbom_present: _, ...rest } = declaredFlags();
    expect(ArtifactFlags.safeParse(rest).success).toBe(false);
  });
});

describe('the levels of a flag', () => {
  it('begin with the lowest, which is what the original service asks for', () => {
    expect(LEVELS).toEqual(['asserted', 'parsed', 'verified']);
    expect(DEFAULT_JUDGING).toEqual({ minimum: 'asserted', trust: null });
  });
});
