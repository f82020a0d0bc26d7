import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Verifier } from '../../src/domain/evidence/signed.ts';
import { BEGINNING_BYTES, LIMITS } from '../../src/evidence/limits.ts';
import { readDocument } from '../../src/evidence/read.ts';
import { Unreadable } from '../../src/evidence/unreadable.ts';
import { anAttestation, aVerification } from '../domain/attestations.ts';
import { READ, reading } from './one-format.ts';

describe('a document that a reader knows', () => {
  it('is told as far as it is known where it is refused', async () => {
    const refusal = new Unreadable('odd', 'It is odd', { kind: 'vex', format: 'openvex', version: '9' });
    expect(
      await reading(refusal, '{}', (note) => note({ code: 'x', severity: 'warning', message: 'm', pointer: null })),
    ).toMatchObject({
      state: 'unreadable',
      kind: 'vex',
      format: 'openvex',
      version: '9',
      findings: [{ code: 'odd', message: 'It is odd' }, { code: 'x' }],
      findings_total: 2,
      valid: false,
    });
  });

  it('has a finding for a field that occurs twice, or is refused where the reader uses it', async () => {
    expect(await reading(READ, '{"a":1,"a":2}')).toMatchObject({
      state: 'read',
      valid: true,
      findings: [{ code: 'duplicate_key', severity: 'warning', pointer: '/a' }],
    });
    expect(await reading(READ, '{"deep":[{"used":1,"used":2}]}')).toMatchObject({
      state: 'unreadable',
      findings: [{ code: 'duplicate_key', severity: 'error' }],
    });
  });
});

describe('what in a document is signed', () => {
  const signed = [{ pointer: '/0', form: 'unreadable' as const }];
  const receivedAt = '2026-01-31T10:06:00.000Z';
  const verification = aVerification([anAttestation('a'.repeat(64))]);
  const asked: Parameters<Verifier>[] = [];
  const verify: Verifier = (...all) => {
    asked.push(all);
    return verification;
  };
  const read = async (understood: unknown, document = '{}') => {
    asked.length = 0;
    return { reading: await reading(understood, document, undefined, { verify, receivedAt }), asked: [...asked] };
  };

  it('is verified once, as it was handed over, by when its bytes were received', async () => {
    const result = await read({ ...READ, signed });
    expect(result.reading).toMatchObject({ state: 'read', verification });
    expect(result.asked).toEqual([[signed, false, receivedAt]]);
    expect(result.reading).not.toHaveProperty('signed');
  });

  it('is told to be in doubt where a field of the document occurs twice', async () => {
    expect((await read({ ...READ, signed }, '{"a":1,"a":2}')).asked).toEqual([[signed, true, receivedAt]]);
  });

  it('is not verified where there is nothing, where the document is refused, or where nobody asks for it', async () => {
    for (const understood of [READ, { ...READ, signed: [] }, new Unreadable('odd', 'm')]) {
      const { reading: result, asked: calls } = await read(understood);
      expect([result.verification, calls]).toEqual([null, []]);
    }
    expect((await read({ ...READ, signed }, '{"used":1,"used":2}')).asked).toEqual([]);
    expect(await reading({ ...READ, signed })).toMatchObject({ state: 'read', verification: null });
  });

  it('makes the document unreadable where its verifier fails: nothing passes by an error', async () => {
    const fails = () => {
      throw new Error('broken');
    };
    const result = await reading({ ...READ, signed }, '{}', undefined, { verify: fails, receivedAt });
    expect(result).toMatchObject({
      state: 'unreadable',
      facts: null,
      subjects: [],
      verification: null,
      findings: [{ code: 'reader_failed', message: 'The reader failed: broken' }],
    });
  });
});

describe('a document that no reader knows', () => {
  it('is described as such where a reader says that it is no evidence', async () => {
    expect(await reading({ ...READ, kind: 'opaque', format: 'trust', facts: null })).toMatchObject({
      state: 'opaque',
      format: 'trust',
      facts: { kind: 'opaque', media_type: 'application/json', size: 2 },
    });
  });

  it('has the digests that are given, else those of its bytes', async () => {
    const bytes = Buffer.from('a text');
    const own = {
      sha256: createHash('sha256').update(bytes).digest('hex'),
      sha512: createHash('sha512').update(bytes).digest('hex'),
    };
    const known = { sha256: 'ab', sha512: 'cd' };
    expect((await readDocument(bytes)).facts).toMatchObject({ kind: 'opaque', digests: own });
    expect((await readDocument(bytes, undefined, undefined, null, { digests: known })).facts).toMatchObject({
      digests: known,
    });
  });

  it('is refused where it is several documents that a reader knows one of', async () => {
    expect(await reading(READ, '{"a":1}\n{"a":2}')).toMatchObject({
      state: 'unreadable',
      format: 'test',
      findings: [{ code: 'several_documents' }],
    });
  });
});

describe('what is kept of a document', () => {
  const crowd = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`a${index}`, '00']));

  it('has the digests that name bytes, however many others stand before them', async () => {
    const digests = { ...crowd, 'sha-512': 'b'.repeat(128), 'sha-256': 'a'.repeat(64) };
    const products = [{ '@id': 'pkg:npm/a@1', hashes: digests }];
    const statements = [{ vulnerability: { name: 'CVE-2026-1' }, status: 'fixed', products }];
    const bytes = Buffer.from(JSON.stringify({ '@context': 'https://openvex.dev/ns/v0.2.0', statements }));
    const [subject] = (await readDocument(bytes)).subjects;
    expect(subject?.digests).toMatchObject({ sha256: 'a'.repeat(64), sha512: 'b'.repeat(128) });
    expect(Object.keys(subject?.digests ?? {})).toHaveLength(16);
  });

  it.each(['parameters', 'digests'])('counts a licence called %s like any other', async (name) => {
    const licensed = (text: string) => ({ type: 'library', name: 'a', licenses: [{ license: { name: text } }] });
    const long = Array.from({ length: 60 }, (_, index) => licensed(`${index}${'\u0001'.repeat(500)}`));
    const bytes = Buffer.from(
      JSON.stringify({
        bomFormat: 'CycloneDX',
        specVersion: '1.6',
        components: [licensed(name), licensed(name), ...long],
      }),
    );
    const { state, facts } = await readDocument(bytes);
    expect([state, facts]).toMatchObject(['read', { components: 62, licences: { [name]: 2 } }]);
  });
});

describe('a document that is too large', () => {
  const FOLDER = process.env.MAESTRO_VECTORS ?? '';
  const starts = [
    ...['{"bomFormat":"CycloneDX","specVersion":"1.6"', '{"a":1}\n{"a":2}\n', '[1,2', '[section]\nkey=1\n', ' \n{'],
    ...['<bom xmlns="http://cyclonedx.org/schema/bom/1.6">', '<!DOCTYPE html><html>', '<!DOCTYPE x><x>', '<svg>'],
    ...['SPDXVersion: SPDX-2.3\n', 'spdxVersion: SPDX-2.3\n', '# Title\n\ntext', 'plain', '\ufeff{"a":', '---\na: 1\n'],
    ...['PK\x03\x04', '\x28\xb5\x2f\xfd', '\xfd7zXZ\0', 'BZh91AY&SY', '\x7fELF', '%PDF-', '\0\0', '\xff\xfe{\0'],
    `${'x'.repeat(257)}ustar`,
  ];
  const fillings = [' ', 'a', '{"a":1}\n', '\0', '\xe9', '\xc3\xa9', '<a/>', '\u0001'];

  /** All that a caller is told, but for the size and the digests, which are those of the stored content. */
  async function told(bytes: Uint8Array, maxBytes: number, isCut: boolean) {
    const reading = await readDocument(bytes, { ...LIMITS, maxBytes }, undefined, null, { isCut });
    return reading.facts?.kind === 'opaque'
      ? { ...reading, facts: { ...reading.facts, size: 0, digests: {} } }
      : reading;
  }

  it('is read alike by its beginning and by as much as shows that there is more', async () => {
    for (const start of starts)
      for (const filling of fillings) {
        const whole = Buffer.from((start + filling.repeat(100_000)).slice(0, 100_000), 'latin1');
        const beginning = await told(whole.subarray(0, BEGINNING_BYTES), 90_000, true);
        expect(beginning, JSON.stringify([start, filling])).toEqual(await told(whole, 90_000, false));
      }
  });

  it.skipIf(FOLDER === '')('so are real ones', { timeout: 300_000 }, async () => {
    let compared = 0;
    for (const file of readdirSync(FOLDER, { recursive: true, withFileTypes: true })) {
      if (!file.isFile()) continue;
      const whole = readFileSync(join(file.parentPath, file.name));
      if (whole.length <= BEGINNING_BYTES || (whole[0] === 0x1f && whole[1] === 0x8b)) continue;
      const maxBytes = whole.length - 1;
      const beginning = await told(whole.subarray(0, BEGINNING_BYTES), maxBytes, true);
      expect(beginning, file.name).toEqual(await told(whole, maxBytes, false));
      compared += 1;
    }
    expect(compared).toBeGreaterThan(50);
  });
});
