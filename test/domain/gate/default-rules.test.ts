import { describe, expect, it } from 'vitest';
import { PENDING } from '../../../src/domain/evidence/evidence.ts';
import { summaryOf } from '../../../src/domain/evidence/reading.ts';
import { DEFAULT_RULES } from '../../../src/domain/gate/default-rules.ts';
import { DEFAULT_CODES, reason } from '../../../src/domain/gate/gate-reasons.ts';
import { A_CONTENT, A_READING, anArtifact, aRun } from '../rows.ts';
import { inputOf } from './judged.ts';

const SUCCEEDED = aRun({ status: 'succeeded' });
const OUTDATED = { ...summaryOf(A_READING, '2026-01-31T10:06:01.000Z'), reader: 'maestro/1' };

const blocked = (...[run, artifacts]: Parameters<typeof inputOf>) =>
  DEFAULT_RULES.map((rule) => rule.evaluate(inputOf(run, artifacts))).flatMap((result) =>
    result.outcome === 'passed' ? [] : [result.code],
  );

describe('the default rules', () => {
  it('are one for each code, in the order of the codes', () => {
    expect(DEFAULT_RULES.map(({ id }) => id)).toEqual(DEFAULT_CODES);
  });

  it('all pass where a succeeded run has a compliant artifact and nothing waits to be read', () => {
    expect(blocked(SUCCEEDED, [anArtifact()])).toEqual([]);
  });

  it('each block on what its code says', () => {
    const lacking = anArtifact({}, { sbom_present: false });
    expect(blocked(aRun(), [anArtifact()])).toEqual(['run_not_succeeded']);
    expect(blocked(SUCCEEDED, [])).toEqual(['no_artifacts']);
    const pending = anArtifact({ content: A_CONTENT, evidence: { ...PENDING } });
    expect(blocked(SUCCEEDED, [pending])).toEqual(['evidence_pending']);
    const outdated = anArtifact({ kind: 'sbom', content: A_CONTENT, evidence: OUTDATED });
    expect(blocked(SUCCEEDED, [outdated])).toEqual(['evidence_stale', 'no_compliant_artifact']);
    expect(blocked(SUCCEEDED, [lacking])).toEqual(['no_compliant_artifact']);
  });

  it('give the reason of their code, for the run and the minimum level', () => {
    const [first] = DEFAULT_RULES;
    const run = aRun({ status: 'failed' });
    expect(first?.evaluate(inputOf(run, []))).toEqual({
      outcome: 'blocked',
      ...reason('run_not_succeeded', run, 'asserted'),
    });
  });
});
