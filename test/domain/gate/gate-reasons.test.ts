import { describe, expect, it } from 'vitest';
import type { Artifact } from '../../../src/domain/artifact/artifact.ts';
import type { Judging } from '../../../src/domain/gate/flag.ts';
import { DEFAULT_CODES, NOT_EVALUATED, Reason, ReasonCode, reason } from '../../../src/domain/gate/gate-reasons.ts';
import { TRUST } from '../attestations.ts';
import { anArtifact, aRun } from '../rows.ts';
import { gateOf } from './judged.ts';

const BUILT = anArtifact({}, { sbom_present: false });
const PARSED: Judging = { minimum: 'parsed', trust: TRUST };
const VERIFIED: Judging = { minimum: 'verified', trust: TRUST };

describe('the message', () => {
  it('is that of the original service, where the original has the reason', () => {
    const messages = DEFAULT_CODES.map((code) => reason(code, aRun({ status: 'failed' }), 'verified').message);
    expect(messages).toEqual([
      "Run status is 'failed', must be 'succeeded'",
      'No artifacts found for this run',
      'Evidence of this run waits to be read',
      'Evidence of this run was read by an older version of Maestro, or verified before what is trusted changed',
      'No artifacts meet compliance requirements (SBOM + SLSA provenance + risk assessment)',
    ]);
  });
});

describe('the reason of a rule that was not evaluated', () => {
  it('is one of the reasons, and the only one without a rule of its own', () => {
    expect(Reason.parse(NOT_EVALUATED)).toEqual(NOT_EVALUATED);
    expect(ReasonCode.options).toEqual([...DEFAULT_CODES, NOT_EVALUATED.code]);
  });
});

describe('the remediation', () => {
  const remedies = (
    status: 'pending' | 'failed' | 'cancelled' | 'succeeded',
    judging: Judging,
    rows: Artifact[] = [],
  ) =>
    gateOf(aRun({ status }), rows, [], judging)
      .details.reasons.map(({ remediation }) => remediation)
      .join(' ');

  it('never tells to declare a flag where a declaration does not count', () => {
    for (const judging of [PARSED, VERIFIED]) {
      for (const rows of [[], [BUILT]]) {
        const text = remedies('pending', judging, rows);
        expect(text).not.toMatch(/declare them|metadata_json/);
        expect(text).toContain('send');
      }
    }
    expect(remedies('succeeded', { minimum: 'asserted', trust: null }, [BUILT])).toContain('declare them');
  });

  it('never tells to report an outcome that cannot change any more', () => {
    for (const status of ['failed', 'cancelled'] as const) {
      expect(remedies(status, PARSED)).toContain('Start a new run');
      expect(remedies(status, PARSED)).not.toContain('PATCH');
    }
    expect(remedies('pending', PARSED)).toContain('PATCH /maestro/runs/{run_id}');
    expect(remedies('pending', PARSED)).not.toContain('Start a new run');
  });

  it('counts at verified neither about nor what is unsigned', () => {
    expect(remedies('succeeded', VERIFIED, [BUILT])).toContain(
      'Neither a declared flag nor `about` nor an unsigned document counts at the level verified.',
    );
  });
});
