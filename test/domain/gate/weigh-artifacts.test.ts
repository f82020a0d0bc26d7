import { describe, expect, it } from 'vitest';
import { PENDING } from '../../../src/domain/evidence/evidence.ts';
import { DEFAULT_JUDGING, FLAGS } from '../../../src/domain/gate/flag.ts';
import { flagsInOrder } from '../../../src/domain/gate/flags.ts';
import { weighArtifacts, withCandidates } from '../../../src/domain/gate/weigh-artifacts.ts';
import { A_CONTENT, anArtifact } from '../rows.ts';

const NONE = { sbom_present: false, slsa_provenance_present: false, risk_assessment_present: false };
const weigh = (...artifacts: ReturnType<typeof anArtifact>[]) =>
  weighArtifacts(artifacts, flagsInOrder(artifacts, [], DEFAULT_JUDGING));

describe('the artifacts of a run, weighed', () => {
  it('are nothing where there are none', () => {
    expect(weigh()).toEqual({
      total_artifacts: 0,
      compliant_artifacts: 0,
      compliant_artifact_ids: [],
      compliant: [],
      pending_artifacts: 0,
      artifacts: [],
    });
  });

  it('count what waits to be read, compliant or not', () => {
    const waiting = [anArtifact({ id: 'a', content: A_CONTENT, evidence: { ...PENDING } }), anArtifact({ id: 'b' })];
    expect(weigh(...waiting)).toMatchObject({ pending_artifacts: 1, compliant_artifacts: 2 });
  });

  it('are never compliant where their flags are unknown', () => {
    const weighed = weighArtifacts([anArtifact()], []);
    expect(weighed).toMatchObject({ total_artifacts: 1, compliant_artifacts: 0, artifacts: [] });
  });

  it('name those that lack the fewest flags first, and explain three', () => {
    const two = { sbom_present: false, risk_assessment_present: false };
    const weighed = weigh(
      anArtifact({ id: 'three' }, NONE),
      anArtifact({ id: 'two' }, two),
      anArtifact({ id: 'one' }, { sbom_present: false }),
      anArtifact({ id: 'last' }, NONE),
    );
    expect(weighed.artifacts.map(({ artifact_id }) => artifact_id)).toEqual(['one', 'two', 'three', 'last']);
    expect(weighed.artifacts.map(({ flags }) => flags !== null)).toEqual([true, true, true, false]);
    expect(weighed.artifacts[2]?.missing).toEqual([...FLAGS]);
  });
});

describe('the candidates of the artifacts that lack a flag', () => {
  const artifacts = ['a', 'b', 'c', 'd'].map((id) => anArtifact({ id }, NONE));

  it('are added to the first three, for each missing flag', () => {
    const { artifacts: lacking } = weigh(...artifacts);
    const before = structuredClone(lacking);
    const explained = withCandidates(lacking, { artifacts, documents: [], minimum: 'parsed', trust: null });
    expect(explained.map(({ candidates }) => candidates.length)).toEqual([3, 3, 3, 0]);
    expect(lacking).toEqual(before);
  });

  it('are none where a declaration is enough', () => {
    const { artifacts: lacking } = weigh(...artifacts);
    const explained = withCandidates(lacking, { artifacts, documents: [], minimum: 'asserted', trust: null });
    expect(explained.flatMap(({ candidates }) => candidates)).toEqual([]);
  });
});
