// What other versions of Maestro have read: older ones before an upgrade, newer ones beside a rolling upgrade or before a rollback.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Artifact } from '../../src/domain/artifact/artifact.ts';
import { PENDING } from '../../src/domain/evidence/evidence.ts';
import {
  finishReading,
  finishVerifying,
  giveUpVerifying,
  readAgain,
} from '../../src/domain/evidence/evidence-changes.ts';
import { isOutdated, isPending } from '../../src/domain/evidence/pending.ts';
import { READER, READER_NUMBER, readBy, readerNumber } from '../../src/domain/evidence/reader.ts';
import { type Reading, runReading, summaryOf } from '../../src/domain/evidence/reading.ts';
import { type Judging, LEVELS } from '../../src/domain/gate/flag.ts';
import { flagsOf } from '../../src/domain/gate/flags.ts';
import { EvidenceReport, evidenceReport } from '../../src/evidence/evidence-report.ts';
import { anAttestation, aVerification, TRUST } from '../domain/attestations.ts';
import { gateOf, isStaleOf, reportOf } from '../domain/gate/judged.ts';
import { A_CONTENT, A_READING, anArtifact, aRun, RECEIVED, STAMP } from '../domain/rows.ts';

const OLDER = `maestro/${READER_NUMBER - 1}`;
const NEWER = `maestro/${READER_NUMBER + 1}`;
const NONE = { sbom_present: false, slsa_provenance_present: false, risk_assessment_present: false };
const SUCCEEDED = aRun({ status: 'succeeded' });
const LATER = { ...STAMP, at: '2026-02-01T00:00:00.000Z' };
const judgingAt = (minimum: Judging['minimum']): Judging => ({ minimum, trust: TRUST });

/** A row that was read by a reader of that name. */
function readRow(
  reader: unknown,
  changes: Partial<Artifact> = {},
  flags = NONE,
  reading: Partial<Reading> = {},
): Artifact {
  const evidence = { ...summaryOf({ ...A_READING, ...reading }, STAMP.at), reader } as Artifact['evidence'];
  return anArtifact({ id: 'document', kind: 'sbom', content: A_CONTENT, evidence, ...changes }, flags);
}

const STATES: Partial<Reading>[] = [
  { state: 'read' },
  { state: 'opaque', kind: 'opaque' },
  { state: 'unreadable', kind: 'opaque' },
];

describe('the reader of a reading', () => {
  it.each([
    [READER, 'ours'],
    [OLDER, 'older'],
    ['maestro/1', 'older'],
    ['maestro/0', 'older'],
    [NEWER, 'newer'],
    ['maestro/10', 'newer'],
    ['maestro/999999999', 'newer'],
    ['maestro/1000000000', 'older'],
    [`${READER} `, 'older'],
    [`${READER}\n`, 'older'],
    ['maestro/03', 'older'],
    ['MAESTRO/9', 'older'],
    ['other/9', 'older'],
    ['', 'older'],
    [null, 'older'],
    [undefined, 'older'],
    [9, 'older'],
    [['maestro/9'], 'older'],
  ] as const)('%j is %s', (reader, expected) => {
    expect(readBy({ reader: reader as never })).toBe(expected);
  });

  it('is compared as a number, and anything else counts as older', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 999_999_999 }), (n) => readerNumber(`maestro/${n}`) === n));
    fc.assert(fc.property(fc.anything(), (reader) => readBy({ reader: reader as never }) !== 'ours'));
    expect([readBy(null), readBy(undefined)]).toEqual(['older', 'older']);
  });

  it('makes only settled content outdated: what waits is read anyway', () => {
    for (const reading of STATES) {
      expect(isOutdated(readRow(OLDER, {}, NONE, reading))).toBe(true);
      expect(isPending(readRow(OLDER, {}, NONE, reading))).toBe(false);
      for (const reader of [READER, NEWER]) expect(isOutdated(readRow(reader, {}, NONE, reading))).toBe(false);
    }
    expect(isOutdated(anArtifact({ content: A_CONTENT, evidence: { ...PENDING } }))).toBe(false);
    expect(isOutdated(anArtifact())).toBe(false);
  });
});

describe('what another reader read', () => {
  const built = anArtifact(
    { id: 'built', content: { ...A_CONTENT, digests: { sha256: 'c'.repeat(64), sha512: 'c' } } },
    NONE,
  );
  const subjects = [{ name: null, digests: { sha256: 'c'.repeat(64) } }];
  const sbom = { ...A_READING, subjects };
  const signed = { ...sbom, verification: aVerification([anAttestation('c'.repeat(64))]) };

  it.each([OLDER, NEWER, null])(
    'earns no flag, neither parsed nor verified, for itself nor for others: %s',
    (reader) => {
      for (const minimum of LEVELS) {
        for (const reading of [sbom, signed]) {
          const rows = [built, readRow(reader), readRow(reader, { id: 'about', about: ['built'] })];
          const readings = ['document', 'about'].map((id) => runReading(id, reading));
          for (const [id, flags] of flagsOf(rows, readings, judgingAt(minimum)))
            for (const flag of Object.values(flags)) expect(flag.value, id).toBe(false);
          const ours = rows.map((row) =>
            row.evidence ? { ...row, evidence: { ...row.evidence, reader: READER } } : row,
          );
          const earned = [...flagsOf(ours, readings, judgingAt('parsed')).values()];
          expect(earned.some(({ sbom_present }) => sbom_present.value)).toBe(true);
        }
      }
    },
  );

  it.each(LEVELS)('blocks as stale at the level %s where an older one read it, whatever it made of it', (minimum) => {
    for (const reading of STATES) {
      const rows = [anArtifact({ id: 'lacking' }, NONE), readRow(OLDER, {}, NONE, reading)];
      const { passed, details } = gateOf(SUCCEEDED, rows, [runReading('document', A_READING)], judgingAt(minimum));
      expect(passed).toBe(false);
      expect(details.reasons.map(({ code }) => code)).toEqual(['evidence_stale', 'no_compliant_artifact']);
      expect(details.pending_artifacts).toBe(0);
    }
  });

  it.each(LEVELS)('is not stale at the level %s where a newer one read it: nothing here reads it again', (minimum) => {
    const rows = [readRow(NEWER)];
    const readings = [runReading('document', { ...A_READING, verification: aVerification([], { trust: 'other' }) })];
    const { details } = gateOf(SUCCEEDED, rows, readings, judgingAt(minimum));
    expect(details.reasons.map(({ code }) => code)).toEqual(['no_compliant_artifact']);
    expect(isStaleOf(rows, readings, judgingAt(minimum))).toBe(false);
  });

  it('does not keep a run from passing by what needs no reading', () => {
    const { passed, details } = gateOf(SUCCEEDED, [anArtifact(), readRow(OLDER)], [], judgingAt('asserted'));
    expect({ passed, reasons: details.reasons }).toEqual({ passed: true, reasons: [] });
  });

  it('withholds the flag that its kind declares until it is read again, and no other one', () => {
    const all = { sbom_present: true, slsa_provenance_present: true, risk_assessment_present: true };
    for (const reading of STATES) {
      const flags = flagsOf([readRow(OLDER, {}, all, reading)]).get('document');
      expect(flags?.sbom_present).toEqual({
        ...{ value: false, level: 'asserted', because: 'outdated', document: 'document', signer: null },
      });
      expect([flags?.slsa_provenance_present.value, flags?.risk_assessment_present.value]).toEqual([true, true]);
      // The built thing is of no such kind: no reading of it could contradict what is declared.
      const other = flagsOf([readRow(OLDER, { kind: 'other' }, all, reading)]).get('document');
      for (const flag of Object.values(other ?? {})) expect(flag).toMatchObject({ value: true, because: 'declared' });
    }
    expect(flagsOf([readRow(OLDER)]).get('document')?.sbom_present.because).toBe('not_declared');
  });

  it('contradicts a declaration where a newer one read something else, and leaves it where it did not', () => {
    const all = { sbom_present: true, slsa_provenance_present: true, risk_assessment_present: true };
    expect(flagsOf([readRow(NEWER, {}, all)]).get('document')?.sbom_present.because).toBe('declared');
    const other = readRow(NEWER, {}, all, { kind: 'provenance' });
    expect(flagsOf([other]).get('document')?.sbom_present).toMatchObject({ value: false, because: 'contradicted' });
  });

  it('lends the flag of another document to one that is withheld', () => {
    const all = { sbom_present: true, slsa_provenance_present: true, risk_assessment_present: true };
    const rows = [readRow(OLDER, {}, all), readRow(READER, { id: 'ours', about: ['document'] })];
    const reading = runReading('ours', { ...A_READING, subjects: [], subjects_total: 0 });
    expect(gateOf(SUCCEEDED, rows, [reading]).details.compliant_artifact_ids).toEqual(['document']);
  });

  it.each([
    [OLDER, 'outdated'],
    [NEWER, 'newer'],
  ])('is no fact in a report: %s', (reader, expected) => {
    const row = readRow(reader);
    const readings = [runReading('document', signed)];
    const [told] = reportOf(SUCCEEDED, [row], readings, judgingAt('parsed')).artifacts;
    expect([told?.facts, told?.level]).toEqual([null, null]);
    const run = { artifacts: [row, built], readings, trust: TRUST };
    const report = evidenceReport(row, row.evidence ?? PENDING, signed, run);
    expect(report).toMatchObject({
      ...{ state: 'read', reading: expected, level: null, valid: null, facts: null, findings: [], verification: null },
    });
    expect(EvidenceReport.parse(report)).toEqual(report);
    expect(evidenceReport(built, PENDING, null, run)).toMatchObject({ reading: null, named_by: [], signed_by: [] });
  });
});

describe('a row that another reader wrote', () => {
  const trust = { digest: TRUST, since: STAMP.at };
  const reason = { code: 'verifier_failed', detail: 'why' };

  it('is written anew where the reader is older, whatever state comes of it, with the event that says so', () => {
    for (const before of STATES) {
      for (const { state, kind } of STATES as Pick<Reading, 'state' | 'kind'>[]) {
        const change = finishVerifying(
          readRow(OLDER, {}, NONE, before),
          { ...A_READING, state, kind: kind ?? 'sbom' },
          LATER,
        );
        expect(change?.artifact.evidence).toMatchObject({ state, reader: READER, read_at: LATER.at });
        expect(change?.event.type).toBe('artifact.evidence_read');
        expect(change?.reading).toMatchObject({ facts: A_READING.facts });
      }
    }
  });

  it('is not given up as if only its verification had failed', () => {
    expect(giveUpVerifying(readRow(OLDER), A_READING, trust, reason, LATER)).toBeNull();
    expect(giveUpVerifying(readRow(READER), A_READING, trust, reason, LATER)).not.toBeNull();
  });

  it('is left alone in every way where the reader is newer', () => {
    for (const reading of STATES) {
      const row = readRow(NEWER, {}, NONE, reading);
      expect(finishVerifying(row, A_READING, LATER)).toBeNull();
      expect(giveUpVerifying(row, A_READING, trust, reason, LATER)).toBeNull();
      expect(readAgain(row, LATER)).toBeNull();
    }
    const unknown = readRow(NEWER);
    const odd = { ...unknown, evidence: { ...unknown.evidence, state: 'half-read' } as never };
    expect(finishReading(odd, A_READING, LATER)).toBeNull();
    expect(readAgain(readRow(OLDER), LATER)?.artifact.evidence).toEqual(PENDING);
  });

  it('is read where it waits, whoever asked for that', () => {
    const waiting = anArtifact({ content: { ...A_CONTENT, ...RECEIVED }, evidence: { ...PENDING } });
    expect(finishReading(waiting, A_READING, LATER)?.artifact.evidence?.reader).toBe(READER);
  });
});
