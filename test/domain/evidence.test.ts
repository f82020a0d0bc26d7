import { describe, expect, it } from 'vitest';
import { type Artifact, storeContent } from '../../src/domain/artifact.ts';
import {
  Evidence,
  EvidenceReport,
  evidenceReport,
  finishReading,
  isPending,
  PENDING,
  READER,
  readAgain,
  readingBytes,
  reportOf,
  requireContent,
  runReading,
} from '../../src/domain/evidence.ts';
import { A_CONTENT, A_READING, anArtifact, RECEIVED, STAMP } from './rows.ts';

const WAITING = storeContent(anArtifact(), RECEIVED, STAMP)?.artifact as Artifact;
const READ = finishReading(WAITING, A_READING, STAMP)?.artifact as Artifact;

describe('whether content waits to be read', () => {
  it('is so from the moment that it is stored until it was read', () => {
    expect(isPending(anArtifact())).toBe(false);
    expect(isPending(WAITING)).toBe(true);
    for (const state of ['read', 'unreadable', 'opaque'] as const)
      expect(isPending({ content: A_CONTENT, evidence: { ...PENDING, state } })).toBe(false);
  });

  it.each([null, undefined, {}, 'read', { state: 'READ' }, { state: null }, { state: ['read'] }, []])(
    'is so of content whose evidence is %j',
    (evidence) => {
      expect(isPending({ content: A_CONTENT, evidence: evidence as never })).toBe(true);
    },
  );
});

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

describe('the report of evidence', () => {
  it('joins the summary and what is kept', () => {
    const change = finishReading(WAITING, A_READING, STAMP);
    const report = evidenceReport(change?.artifact.evidence as Evidence, change?.reading ?? null);
    expect(report).toEqual(reportOf(A_READING, STAMP.at));
    expect(report).toMatchObject({ state: 'read', valid: true, facts: { kind: 'sbom', components: 1 }, findings: [] });
    expect(EvidenceReport.parse(report)).toEqual(report);
  });

  it('says of what waits that nothing is known yet', () => {
    const report = evidenceReport(PENDING, null);
    expect(report).toMatchObject({
      state: 'pending',
      kind: null,
      valid: null,
      facts: null,
      findings: [],
      subjects: [],
    });
    expect(EvidenceReport.parse(report)).toEqual(report);
  });
});

describe('the room that a reading takes', () => {
  it('is that of what the gate reads, as UTF-8 JSON, without findings', () => {
    const finding = { code: 'schema', severity: 'error' as const, message: 'm', pointer: null };
    const subjects = [{ name: 'ü💥', digests: {} }];
    const reading = { ...A_READING, subjects, findings: [finding] };
    expect(readingBytes(reading)).toBe(Buffer.byteLength(JSON.stringify(runReading('', reading))));
    expect(readingBytes(null)).toBe(0);
  });
});
