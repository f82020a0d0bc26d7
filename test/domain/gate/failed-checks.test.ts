import { describe, expect, it } from 'vitest';
import { contentIndex } from '../../../src/domain/evidence/digests.ts';
import { Disqualified } from '../../../src/domain/evidence/facts/fact-fields.ts';
import { statedBy } from '../../../src/domain/evidence/named-artifacts.ts';
import { summaryOf } from '../../../src/domain/evidence/reading.ts';
import { FailedCheck } from '../../../src/domain/gate/candidate.ts';
import {
  contentChecks,
  failedCheck,
  readerCheck,
  STALE,
  signatureChecks,
  subjectChecks,
  UNSIGNED,
} from '../../../src/domain/gate/failed-checks.ts';
import { anAttestation, failed } from '../attestations.ts';
import { built, HEX, names, within } from '../documents.ts';
import { A_READING, anArtifact, STAMP } from '../rows.ts';

const EVIDENCE = summaryOf(A_READING, STAMP.at);
const codes = (checks: readonly FailedCheck[]) => checks.map(({ check, code }) => `${check} ${code}`);

describe('the check of the reader', () => {
  it('fails where our readers did not read the document, or could not', () => {
    expect(readerCheck(EVIDENCE)).toBeNull();
    expect(readerCheck({ ...EVIDENCE, reader: 'maestro/1' })).toMatchObject({ check: 'reader', code: 'outdated' });
    expect(readerCheck({ ...EVIDENCE, reader: 'maestro/999' })).toMatchObject({ check: 'reader', code: 'newer' });
    expect(readerCheck({ ...EVIDENCE, state: 'unreadable' })).toMatchObject({ code: 'unreadable' });
  });
});

describe('the check of the content', () => {
  const sbom = A_READING.facts as NonNullable<typeof A_READING.facts> & { kind: 'sbom' };
  const checksOf = (facts: typeof A_READING.facts) => codes(contentChecks({ facts, subjects: [] }, null));

  it('fails with the reason why a document earns no flag, and says it in words', () => {
    for (const disqualified of Disqualified.unwrap().options) {
      const checks = contentChecks({ facts: { ...sbom, disqualified }, subjects: [] }, null);
      expect(checks).toEqual([{ check: 'document', code: disqualified, detail: expect.any(String) }]);
      expect(FailedCheck.parse(checks[0])).toEqual(checks[0]);
    }
  });

  it('fails where the document holds too little, in an attestation too', () => {
    expect(checksOf({ ...sbom, components: 0 })).toEqual(['document empty']);
    expect(checksOf(within({ ...sbom, components: 0 }))).toEqual(['document empty']);
    expect(checksOf(within(null))).toEqual(['document empty']);
  });

  it('passes where the document earns its flag, and is not made where nothing is known of it', () => {
    expect(checksOf(sbom)).toEqual([]);
    expect(checksOf(null)).toEqual([]);
  });
});

describe('the checks of a signature', () => {
  it('are those that failed, and those that were skipped only where no other failed', () => {
    const links = [failed('identity', 'identity_unknown'), failed('builder')];
    expect(codes(signatureChecks(anAttestation(HEX('b'), { links })))).toEqual(['identity identity_unknown']);
    const skipped = [failed('builder'), failed('source')];
    expect(codes(signatureChecks(anAttestation(HEX('b'), { links: skipped })))).toEqual([
      'builder not_checked',
      'source not_checked',
    ]);
  });

  it('fail where a check that is needed was not made', () => {
    expect(codes(signatureChecks(anAttestation(HEX('b'), { links: [] })))).toEqual(['signature incomplete']);
    expect(signatureChecks(anAttestation(HEX('b')))).toEqual([]);
  });
});

describe('the check of the subject', () => {
  const [one, other] = [built('one', 'b'), built('other', 'c')];
  const index = contentIndex([one, other]);
  const document = (digit: string, about: string[] = []) => {
    const { subjects } = names({ sha256: HEX(digit) });
    return { document: 'document', stated: statedBy({ subjects, subjects_total: 1 }), about, failed: [] };
  };
  const checkOf = (from: Parameters<typeof subjectChecks>[0], minimum: 'parsed' | 'verified', artifact = one) =>
    codes(subjectChecks(from, artifact, index, minimum));

  it('passes where the document names the artifact', () => {
    expect(checkOf(document('b'), 'parsed')).toEqual([]);
    expect(checkOf(document('b'), 'verified')).toEqual([]);
  });

  it('fails where it names another artifact, or none of the run', () => {
    for (const minimum of ['parsed', 'verified'] as const) {
      expect(checkOf(document('c'), minimum)).toEqual(['subject other_artifact']);
      expect(checkOf(document('e'), minimum)).toEqual(['subject unbound']);
    }
  });

  it('fails at verified where the artifact has no content, or is the document itself', () => {
    expect(checkOf(document('b'), 'verified', anArtifact({ id: 'bare' }))).toEqual(['subject no_content']);
    expect(checkOf({ ...document('b'), document: 'one' }, 'verified')).toEqual(['subject own_document']);
    expect(checkOf({ ...document('b'), document: 'one' }, 'parsed')).toEqual([]);
  });

  it('fails for a document that is about the artifact only where no other check failed', () => {
    expect(checkOf(document('e', ['one']), 'parsed')).toEqual(['subject other_content']);
    expect(checkOf({ ...document('e', ['one']), failed: [STALE] }, 'parsed')).toEqual([]);
  });

  it('is not made where it is unknown what the document names', () => {
    expect(checkOf({ ...document('e'), stated: null }, 'parsed')).toEqual([]);
  });
});

it('every check that is made here fits the schema', () => {
  for (const check of [STALE, UNSIGNED, failedCheck('log', 'x', null)]) expect(FailedCheck.parse(check)).toEqual(check);
});
