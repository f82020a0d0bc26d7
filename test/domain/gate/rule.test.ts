import { describe, expect, it } from 'vitest';
import { flagsOf } from '../../../src/domain/gate/flags.ts';
import { gateInput, PASSED } from '../../../src/domain/gate/rule.ts';
import { weighArtifacts } from '../../../src/domain/gate/weigh-artifacts.ts';
import { TRUST } from '../attestations.ts';
import { anArtifact, aRun } from '../rows.ts';
import { NOW } from './judged.ts';

describe('what the rules look at', () => {
  it('is the run, its own evidence, what that adds up to, and how it is judged', () => {
    const own = [anArtifact(), anArtifact({ id: 'artifact-2' }, { sbom_present: false })];
    const artifacts = [...own, anArtifact({ id: 'foreign', run_id: 'run-2' }), anArtifact({ id: '' })];
    const judging = { minimum: 'parsed', trust: TRUST } as const;
    const input = gateInput({ run: aRun(), artifacts, readings: [] }, judging, NOW);
    const flags = [...flagsOf(own, [], judging).values()];
    expect(input).toEqual({
      run: aRun(),
      artifacts: own,
      documents: [],
      minimum: 'parsed',
      trust: TRUST,
      now: NOW,
      flags,
      weighed: weighArtifacts(own, flags),
    });
  });

  it('is judged by rules that share one pass, which nothing can change', () => {
    expect(Object.isFrozen(PASSED)).toBe(true);
  });
});
