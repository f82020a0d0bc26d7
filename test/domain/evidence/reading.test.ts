import { describe, expect, it } from 'vitest';
import {
  CONTENT_LOST,
  detailsOf,
  isLost,
  readingBytes,
  runReading,
  summaryOf,
} from '../../../src/domain/evidence/reading.ts';
import { anAttestation, aVerification } from '../attestations.ts';
import { A_READING, STAMP } from '../rows.ts';

describe('the parts of a reading', () => {
  it('in the row and beside it are together all of it', () => {
    const { level: _, read_at: __, reader: ___, ...summary } = summaryOf(A_READING, STAMP.at);
    expect({ ...summary, ...detailsOf(A_READING) }).toEqual(A_READING);
  });
});

describe('what was lost', () => {
  const finding = (code: string) => ({ code, severity: 'error' as const, message: 'm', pointer: null });
  const link = (code: string) => ({ link: 'signature' as const, held: false, code, detail: null });

  it('is told by its first finding, or by what came of verifying it', () => {
    const of = (code: string) => aVerification([anAttestation('b'.repeat(64), { links: [link(code)] })]);
    expect(isLost({ findings: [finding(CONTENT_LOST), finding('schema')], verification: null })).toBe(true);
    expect(isLost({ findings: [finding('schema'), finding(CONTENT_LOST)], verification: null })).toBe(false);
    expect(isLost({ findings: [], verification: of(CONTENT_LOST) })).toBe(true);
    expect(isLost({ findings: [], verification: of('verifier_failed') })).toBe(false);
    expect(isLost({ findings: [], verification: aVerification([anAttestation('b'.repeat(64))]) })).toBe(false);
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

  it('is also that of what came of verifying it', () => {
    const verification = aVerification([anAttestation('b'.repeat(64))]);
    const more = readingBytes({ ...A_READING, verification }) - readingBytes(A_READING);
    expect(more).toBe(Buffer.byteLength(JSON.stringify(verification)) - 'null'.length);
  });
});
