import { describe, expect, it } from 'vitest';
import type { Artifact } from '../../../src/domain/artifact/artifact.ts';
import { storeContent } from '../../../src/domain/artifact/store-content.ts';
import { Evidence, PENDING } from '../../../src/domain/evidence/evidence.ts';
import {
  finishReading,
  finishVerifying,
  giveUpVerifying,
  readAgain,
  requireContent,
} from '../../../src/domain/evidence/evidence-changes.ts';
import { READER } from '../../../src/domain/evidence/reader.ts';
import { readingBytes } from '../../../src/domain/evidence/reading.ts';
import { allPassed } from '../../../src/domain/evidence/verification.ts';
import { anAttestation, aVerification, OTHER_TRUST, TRUST } from '../attestations.ts';
import { A_READING, anArtifact, RECEIVED, STAMP } from '../rows.ts';

const WAITING = storeContent(anArtifact(), RECEIVED, STAMP)?.artifact as Artifact;
const READ = finishReading(WAITING, A_READING, STAMP)?.artifact as Artifact;

describe('a reading that ends', () => {
  it('is told by the artifact, with its first ten subjects, and kept beside it whole', () => {
    const subjects = Array.from({ length: 12 }, (_, index) => ({ name: `s${index}`, digests: {} }));
    const change = finishReading(WAITING, { ...A_READING, subjects, subjects_total: 12 }, STAMP);
    expect(change?.artifact.evidence).toEqual({
      state: 'read',
      kind: 'sbom',
      format: 'cyclonedx-json',
      version: '1.6',
      level: 'parsed',
      tool: { name: 'npm', version: '11.6.0' },
      subjects: subjects.slice(0, 10),
      findings_total: 0,
      read_at: STAMP.at,
      reader: READER,
    });
    expect(change?.reading).toEqual({
      subjects,
      subjects_total: 12,
      facts: A_READING.facts,
      findings: [],
      valid: true,
      verification: null,
    });
    expect(change?.event).toMatchObject({ ...STAMP, type: 'artifact.evidence_read', data: change?.artifact });
    expect(Evidence.parse(change?.artifact.evidence)).toEqual(change?.artifact.evidence);
  });

  it.each(['unreadable', 'opaque'] as const)('can be relied on for nothing where it is %s', (state) => {
    expect(finishReading(WAITING, { ...A_READING, state }, STAMP)?.artifact.evidence?.level).toBeNull();
  });

  it('changes nothing where another was faster, or where there is nothing to read', () => {
    expect(finishReading(READ, { ...A_READING, findings_total: 5 }, STAMP)).toBeNull();
    expect(finishReading(anArtifact(), A_READING, STAMP)).toBeNull();
  });

  it('keeps what came of verifying it beside the row, not in it', () => {
    const verification = aVerification([anAttestation('b'.repeat(64))]);
    const change = finishReading(WAITING, { ...A_READING, verification }, STAMP);
    expect(change?.reading?.verification).toEqual(verification);
    expect(change?.artifact).toEqual(READ);
  });

  it('leaves what the caller sent as it was', () => {
    const { evidence: _, ...rest } = READ;
    const { evidence: __, ...before } = WAITING;
    expect(rest).toEqual(before);
  });
});

describe('reading again', () => {
  it('waits, and forgets what was kept', () => {
    const change = readAgain(READ, STAMP);
    expect(change?.artifact).toEqual({ ...READ, evidence: PENDING });
    expect(change?.reading).toBeNull();
    expect(change?.event).toMatchObject({ type: 'artifact.evidence_requested', artifact_id: READ.id });
  });

  it('changes nothing where it waits already', () => {
    expect(readAgain(WAITING, STAMP)).toBeNull();
  });

  it('needs content', () => {
    expect(() => readAgain(anArtifact(), STAMP)).toThrow(expect.objectContaining({ code: 'content_not_found' }));
    expect(() => requireContent(anArtifact())).toThrow(expect.objectContaining({ code: 'content_not_found' }));
    requireContent(WAITING);
  });
});

describe('verifying again', () => {
  const before = aVerification([anAttestation('b'.repeat(64))]);
  const after = aVerification([anAttestation('b'.repeat(64), { links: [] })], { trust: OTHER_TRUST });
  const LATER = { ...STAMP, id: 'event-2', at: '2026-02-28T10:30:00.000Z' };

  const REASON = { code: 'verifier_failed', detail: 'It never came to an end' };

  it('is as good as reading again, and an event of its own', () => {
    const reading = { ...A_READING, findings_total: 5, verification: after };
    const change = finishVerifying(READ, reading, LATER);
    expect(change?.artifact).toEqual({
      ...READ,
      evidence: { ...READ.evidence, findings_total: 5, read_at: LATER.at, reader: READER },
    });
    expect(change?.reading).toEqual({
      subjects: A_READING.subjects,
      subjects_total: 1,
      facts: A_READING.facts,
      findings: [],
      valid: true,
      verification: after,
    });
    expect(change?.event).toMatchObject({
      ...LATER,
      type: 'artifact.evidence_verified',
      run_id: READ.run_id,
      artifact_id: READ.id,
      data: change?.artifact,
    });
  });

  it.each(['unreadable', 'opaque'] as const)('changes nothing where the bytes are %s this time', (state) => {
    expect(finishVerifying(READ, { ...A_READING, state, verification: null }, LATER)).toBeNull();
  });

  it('changes nothing where it waits to be read, or where there is nothing to read', () => {
    expect(finishVerifying(WAITING, { ...A_READING, verification: after }, LATER)).toBeNull();
    expect(finishVerifying(anArtifact(), { ...A_READING, verification: after }, LATER)).toBeNull();
    expect(finishVerifying({ ...READ, content: null }, { ...A_READING, verification: after }, LATER)).toBeNull();
  });

  it('is given up with nothing verified under what is trusted now, and why, and takes less room than before', () => {
    const details = { ...A_READING, verification: aVerification(before.attestations.concat(before.attestations)) };
    const trust = { digest: OTHER_TRUST, since: '2026-02-01T00:00:00.000Z' };
    const kept = structuredClone(details);
    const change = giveUpVerifying(READ, details, trust, REASON, LATER);
    expect(details).toEqual(kept);
    expect(change?.artifact).toEqual(READ);
    expect(change?.event).toMatchObject({ ...LATER, type: 'artifact.evidence_verified', data: READ });
    const { verification, ...rest } = change?.reading ?? {};
    const { verification: was, ...others } = details;
    expect(rest).toEqual(others);
    expect(verification).toMatchObject({ trust: OTHER_TRUST, trust_since: trust.since, attestations_total: 2 });
    expect(verification?.libraries).toEqual(was.libraries);
    expect(verification?.attestations).toEqual(
      was.attestations.map((one) => ({
        ...one,
        links: [{ link: 'signature', held: false, ...REASON }],
        facts: null,
        subjects: [],
      })),
    );
    expect(verification?.attestations.some(allPassed)).toBe(false);
    expect(readingBytes(change?.reading ?? null)).toBeLessThan(readingBytes(details));
    expect(was.attestations.every(allPassed)).toBe(true);
  });

  it('is given up of what nobody had looked at so far, too: then it is under what is trusted now', () => {
    const trust = { digest: TRUST, since: STAMP.at };
    const change = giveUpVerifying(READ, { ...A_READING, verification: null }, trust, REASON, LATER);
    expect(change?.reading?.verification).toEqual({
      trust: TRUST,
      trust_since: STAMP.at,
      libraries: {},
      attestations: [],
      attestations_total: 0,
    });
  });

  it('is given up only where it was read', () => {
    const trust = { digest: TRUST, since: STAMP.at };
    expect(giveUpVerifying(WAITING, { ...A_READING, verification: before }, trust, REASON, LATER)).toBeNull();
    expect(giveUpVerifying(READ, null, trust, REASON, LATER)).toBeNull();
  });
});
