import { describe, expect, it } from 'vitest';
import type { FactsOf } from '../../src/domain/evidence/evidence-facts.ts';
import {
  type Attestation,
  allPassed,
  CertificateClaims,
  Verification,
} from '../../src/domain/evidence/verification.ts';
import type { ParsedDocument } from '../../src/evidence/reading.ts';
import { anAttestation, aVerification, failed, held } from '../domain/attestations.ts';
import { A_READING } from '../domain/rows.ts';
import { READ, reading } from './one-format.ts';

const NO_CLAIMS = Object.fromEntries(
  Object.keys(CertificateClaims.shape).map((name) => [name, null]),
) as CertificateClaims;

const size = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

describe('what a reader understood', () => {
  it('is kept as it is where it is bounded', async () => {
    const subjects = [{ name: 'a', digests: { sha256: 'AB' } }];
    expect(await reading({ ...READ, version: '1', tool: { name: 't', version: null }, subjects })).toEqual({
      ...READ,
      state: 'read',
      version: '1',
      tool: { name: 't', version: null },
      subjects,
      subjects_total: 1,
      findings: [],
      findings_total: 0,
      valid: true,
      verification: null,
    });
  });

  it('is cut, and rid of what no store can hold', async () => {
    const odd = `\0\ud800${'x'.repeat(100_000)}`;
    const kept = `\ufffd\ufffd${'x'.repeat(510)}`;
    const digests = Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`d${at}`, odd]));
    const result = await reading({
      ...READ,
      format: odd,
      version: odd,
      tool: { name: odd, version: odd },
      subjects: [{ name: odd, digests }],
      facts: { ...READ.facts, predicate_type: odd },
    });
    expect(result).toMatchObject({ format: kept, version: kept, tool: { name: kept, version: kept } });
    expect(result.facts).toMatchObject({ predicate_type: kept });
    expect(result.subjects[0]?.name).toBe(kept);
    expect(Object.values(result.subjects[0]?.digests ?? {})).toEqual(Array(16).fill(kept.slice(0, 256)));
  });

  it('has at most 2,000 subjects and a MiB of them, and counts all', async () => {
    const many = await reading({ ...READ, subjects: Array(5_000).fill({ name: 'a', digests: {} }) });
    expect([many.subjects.length, many.subjects_total]).toEqual([2_000, 5_000]);
    const long = {
      name: 'x'.repeat(512),
      digests: Object.fromEntries(Array.from({ length: 16 }, (_, at) => [at, 'y'.repeat(256)])),
    };
    const large = await reading({ ...READ, subjects: Array(2_000).fill(long) });
    expect(size(large.subjects)).toBeLessThanOrEqual(1024 * 1024 + 2);
    expect(large.subjects.length).toBeGreaterThan(200);
    expect(large.subjects_total).toBe(2_000);
    // Each is as large as the others: one more would be too much.
    expect((large.subjects.length + 1) * (size(long) + 1)).toBeGreaterThan(1024 * 1024);
  });

  it('has the subjects up to the first one that has no room, to the byte', async () => {
    const room = 1024 * 1024;
    const named = (bytes: number) => ({ name: 'x'.repeat(bytes - size({ name: '', digests: {} }) - 1), digests: {} });
    const most = size({ name: 'x'.repeat(512), digests: {} }) + 1;
    const whole = Array.from({ length: Math.floor(room / most) }, () => named(most));
    const last = room - whole.length * most;
    for (const [bytes, kept] of [
      [last, whole.length + 1],
      [last + 1, whole.length],
    ] as const) {
      const { subjects } = await reading({ ...READ, subjects: [...whole, named(bytes), named(30)] });
      expect(subjects, `${bytes} bytes left of ${last}`).toHaveLength(kept);
    }
  });

  it('has facts of at most 32 KiB, whose counts still add up', async () => {
    const by_level = Object.fromEntries(Array.from({ length: 5_000 }, (_, at) => [`${at}${'\u0001'.repeat(600)}`, 2]));
    const facts = { kind: 'static-analysis', target: null, runs: 1, results: 10_000, rules: 0, by_level };
    const kept = (await reading({ ...READ, kind: 'static-analysis', facts })).facts as unknown as typeof facts;
    expect(size(kept)).toBeLessThanOrEqual(32 * 1024);
    expect(Object.keys(kept.by_level).length).toBeGreaterThan(10);
    expect(Object.values(kept.by_level).reduce((sum, one) => sum + one)).toBe(10_000);
  });

  it.each([
    ['no facts of its kind', { ...READ, kind: 'sbom' }],
    ['an unknown kind', { ...READ, kind: 'poem' }],
    ['facts of another type', { ...READ, facts: { ...READ.facts, subjects: '1' } }],
    ['counts that are no numbers', { ...READ, facts: { ...READ.facts, subjects: Number.NaN } }],
    ['subjects that are none', { ...READ, subjects: [null] }],
    ['nothing', undefined],
    ['an error', new TypeError('Cannot read properties of undefined')],
    ['an endless recursion', new RangeError('Maximum call stack size exceeded')],
  ])('of %s is a failure of the reader', async (_, understood) => {
    expect(await reading(understood)).toMatchObject({
      state: 'unreadable',
      facts: null,
      valid: false,
      findings: [{ code: 'reader_failed', severity: 'error' }],
    });
  });
});

describe('what came of verifying a document', () => {
  const SIGNED: ParsedDocument = { ...READ, signed: [{ pointer: '', form: 'unreadable' }] };
  const receivedAt = '2026-01-31T10:06:00.000Z';
  const verified = (verification: unknown) =>
    reading(SIGNED, '{}', undefined, { verify: () => verification as Verification, receivedAt });
  const kept = async (...attestations: Attestation[]) => {
    const { state, verification } = await verified(aVerification(attestations));
    expect(state).toBe('read');
    return verification?.attestations as Attestation[];
  };

  it('is kept as it is where it is bounded', async () => {
    const verification = aVerification([anAttestation('a'.repeat(64))], { attestations_total: 40 });
    expect((await verified(verification)).verification).toEqual(verification);
    expect(Verification.parse(verification)).toEqual(verification);
  });

  it('is cut, and rid of what no store can hold, and every link of it stays', async () => {
    const odd = `\0\ud800${'x'.repeat(100_000)}`;
    const cut = `\ufffd\ufffd${'x'.repeat(510)}`;
    const one = anAttestation('a'.repeat(64));
    const links = [...one.links, { ...failed('subject', odd), detail: odd }];
    const claims = { ...NO_CLAIMS, source_repository: odd };
    const [whole] = await kept({
      ...one,
      predicate_type: odd,
      links,
      signers: [{ trusted_as: null, issuer: odd, subject: odd, key: null }],
      claims,
      subjects: [{ name: odd, digests: { sha256: odd } }],
    });
    expect(whole).toMatchObject({
      predicate_type: cut,
      signers: [{ issuer: cut, subject: cut }],
      claims: { source_repository: cut },
      subjects: [{ name: cut, digests: { sha256: cut.slice(0, 256) } }],
    });
    expect(whole?.links).toEqual([...one.links, { link: 'subject', held: false, code: cut, detail: cut }]);
    expect(allPassed(whole as Attestation)).toBe(false);
  });

  it('has at most 2,000 subjects in all, and a MiB of them, and counts those of each', async () => {
    const subjects = Array(1_500).fill({ name: 'a', digests: {} });
    const many = anAttestation('', { subjects, subjects_total: 1_500 });
    const three = await kept(many, many, many);
    expect(three.map((one) => [one.subjects.length, one.subjects_total])).toEqual([
      [1_500, 1_500],
      [500, 1_500],
      [0, 1_500],
    ]);
    const digests = Object.fromEntries(Array.from({ length: 16 }, (_, at) => [at, 'y'.repeat(256)]));
    const large = anAttestation('', {
      subjects: Array(150).fill({ name: 'x'.repeat(512), digests }),
      subjects_total: 150,
    });
    const all = (await kept(large, large, large)).map((one) => one.subjects);
    expect(size(all)).toBeLessThanOrEqual(1024 * 1024 + 10);
    expect(all[0]).toHaveLength(150);
    expect(all.flat().length).toBeLessThan(450);
  });

  it('has facts of at most 32 KiB, as those of the document', async () => {
    const licences = Object.fromEntries(Array.from({ length: 5_000 }, (_, at) => [`${at}${'\u0001'.repeat(600)}`, 2]));
    const sbom = { ...(A_READING.facts as FactsOf<'sbom'>), licences };
    const facts = { kind: 'attestation', predicate_type: null, subjects: 1, statements: 1, predicate: sbom } as const;
    const [one] = await kept(anAttestation('', { kind: 'attestation', facts }));
    expect(size(one?.facts)).toBeLessThanOrEqual(32 * 1024);
    const left =
      one?.facts?.kind === 'attestation' && one.facts.predicate?.kind === 'sbom' && one.facts.predicate.licences;
    expect(Object.values(left || {}).reduce((sum, count) => sum + count)).toBe(10_000);
  });

  it.each([
    ['nothing', undefined],
    ['no attestations', { ...aVerification([]), attestations: null }],
    ['an attestation without links', aVerification([{ ...anAttestation(''), links: null as never }])],
    ['an unknown link', aVerification([anAttestation('', { links: [{ ...held('log'), link: 'luck' as never }] })])],
    [
      'a link that holds a little',
      aVerification([anAttestation('', { links: [{ ...held('log'), held: 1 as never }] })]),
    ],
    ['no trust', { ...aVerification([]), trust: null }],
  ])('of %s is a failure of the reader, and nothing is said of the document', async (_what, verification) => {
    expect(await verified(verification)).toMatchObject({
      state: 'unreadable',
      facts: null,
      verification: null,
      findings: [{ code: 'reader_failed' }],
    });
  });
});
