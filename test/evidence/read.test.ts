import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readDocument } from '../../src/evidence/read.ts';
import { type Document, type Format, type Note, type Understood, Unreadable } from '../../src/evidence/reading.ts';
import { LIMITS } from '../../src/evidence/unpack.ts';

const READ: Understood = {
  kind: 'attestation',
  format: 'test',
  version: null,
  tool: null,
  subjects: [],
  facts: { kind: 'attestation', predicate_type: null, subjects: 0, statements: 0 },
};

/** Reads every JSON document as what is given. */
function reading(understood: unknown, document = '{}', noting: (note: Note) => void = () => {}) {
  const format: Format<'json'> = {
    shape: 'json',
    name: 'test',
    fields: ['used'],
    recognises: () => true,
    read(_: Document, note) {
      noting(note);
      if (understood instanceof Error) throw understood;
      return understood as Understood;
    },
  };
  return readDocument(Buffer.from(document), LIMITS, [format as unknown as Format]);
}

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
  });

  it('has facts of at most 32 KiB, whose counts still add up', async () => {
    const by_level = Object.fromEntries(Array.from({ length: 5_000 }, (_, at) => [`${at}${'\u0001'.repeat(600)}`, 2]));
    const facts = { kind: 'static-analysis', target: null, runs: 1, results: 10_000, rules: 0, by_level };
    const kept = (await reading({ ...READ, kind: 'static-analysis', facts })).facts as unknown as typeof facts;
    expect(size(kept)).toBeLessThanOrEqual(32 * 1024);
    expect(Object.keys(kept.by_level).length).toBeGreaterThan(10);
    expect(Object.values(kept.by_level).reduce((sum, one) => sum + one)).toBe(10_000);
  });

  it('has no `__proto__` in its records, whose counts still add up', async () => {
    const by_level = JSON.parse('{"error":1,"__proto__":2,"others":3}');
    const facts = { kind: 'static-analysis', target: null, runs: 1, results: 6, rules: 0, by_level };
    const subjects = [{ name: null, digests: JSON.parse('{"__proto__":"aa","sha256":"bb"}') }];
    const kept = await reading({ ...READ, kind: 'static-analysis', facts, subjects });
    expect((kept.facts as unknown as typeof facts).by_level).toEqual({ error: 1, others: 5 });
    expect(kept.subjects).toEqual([{ name: null, digests: { sha256: 'bb' } }]);
  });

  it('keeps parameters whole, or not at all', async () => {
    const source = { uri: null, ref: null, commit: null };
    const parameters = async (value: unknown) => {
      const facts = {
        ...{ kind: 'provenance', predicate_type: null, slsa: true, builder_id: null, build_type: null, source },
        ...{ invocation_id: null, subjects: 0, materials: 0, parameters: value },
      };
      return ((await reading({ ...READ, kind: 'provenance', facts })).facts as unknown as typeof facts).parameters;
    };
    const long = {
      digests: Object.fromEntries(Array.from({ length: 50 }, (_, at) => [at, 'x'.repeat(100)])),
      a: [1, null, -0],
    };
    expect(await parameters(long)).toEqual({ ...long, a: [1, null, 0] });
    expect(await parameters({ a: 'x'.repeat(9_000) })).toBeNull();
    expect(await parameters(JSON.parse('{"__proto__":{"x":1},"a\\u0000":"\\ud800"}'))).toEqual({ 'a\ufffd': '\ufffd' });
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

  it('says what it knows of a document that it refuses', async () => {
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
});

describe('the findings', () => {
  const finding = (severity: 'error' | 'warning', message = 'm') => ({ code: 'c', severity, message, pointer: null });

  it('are at most 1,000, and all are counted', async () => {
    const result = await reading(READ, '{}', (note) => {
      for (let count = 0; count < 3_000; count += 1) note(finding('error'));
    });
    expect([result.findings.length, result.findings_total, result.valid]).toEqual([1_000, 3_000, false]);
  });

  it('take at most 256 KiB', async () => {
    const result = await reading(READ, '{}', (note) => {
      for (let count = 0; count < 1_000; count += 1)
        note({ code: 'c', severity: 'error', message: '\u0001'.repeat(10_000), pointer: '/x'.repeat(10_000) });
    });
    expect(size(result.findings)).toBeLessThanOrEqual(256 * 1024);
    expect(result.findings.length).toBeGreaterThan(50);
    expect([result.findings[0]?.message.length, result.findings[0]?.pointer?.length]).toEqual([500, 1_024]);
  });

  it('that are errors are seen behind any number of warnings', async () => {
    const result = await reading(READ, '{}', (note) => {
      for (let count = 0; count < 5_000; count += 1) note(finding('warning', 'x'.repeat(500)));
      note(finding('error', 'here'));
    });
    expect(result.findings.at(-1)).toEqual(finding('error', 'here'));
    expect(result.findings_total).toBe(5_001);
  });

  it('name a field that occurs twice, which is a refusal where the reader uses it', async () => {
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

describe('a document that no reader knows', () => {
  it.each([
    ['empty', 'application/octet-stream', ''],
    ['json-other', 'application/json', '{"a":1}'],
    ['json-array', 'application/json', '[]'],
    ['json-lines', 'application/jsonl', '{"a":1}\n{"a":2}'],
    ['xml-other', 'application/xml', '<a/>'],
    ['xml-other', 'image/svg+xml', '<svg xmlns="http://www.w3.org/2000/svg"/>'],
    ['text', 'text/plain', 'it was built\n'],
    ['text', 'text/plain', '# a comment of a shell\nset -e\n'],
    ['text', 'text/plain', '\u001b[32mpassed\u001b[0m\n'],
    ['text', 'text/markdown', '# Title\n\nText'],
    ['text', 'text/markdown', '[a](https://example.com)'],
    ['text', 'text/html', '<!DOCTYPE html><title>a</title>'],
    ['text', 'application/yaml', '---\na: 1\n'],
    ['other', 'application/octet-stream', '\u0000\u0001\u0002\u0003'],
    ['other', 'application/pdf', '%PDF-1.7\n'],
    ['other', 'image/png', Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')],
    ['other', 'image/jpeg', Buffer.from([0xff, 0xd8, 0xff, 0xe0])],
    ['other', 'application/x-elf', Buffer.from('\x7fELF\x02\x01\x01', 'latin1')],
    ['other', 'application/wasm', Buffer.from('\0asm\x01\0\0\0', 'latin1')],
    ['gzip', 'application/gzip', gzipSync(Buffer.from([1, 2, 3, 0, 0, 0]))],
    ['gzip', 'application/gzip', gzipSync('a log\n')],
  ])('is described as %s, %s', async (format, media_type, content) => {
    const bytes = Buffer.from(content as string);
    const digest = (name: string) => createHash(name).update(bytes).digest('hex');
    expect(await readDocument(bytes, LIMITS, [])).toEqual({
      state: 'opaque',
      kind: 'opaque',
      format,
      version: null,
      tool: null,
      subjects: [],
      subjects_total: 0,
      facts: {
        kind: 'opaque',
        media_type,
        size: bytes.length,
        digests: { sha256: digest('sha256'), sha512: digest('sha512') },
      },
      findings: [],
      findings_total: 0,
      valid: true,
    });
  });

  it('is described as such where a reader says that it is no evidence', async () => {
    expect(await reading({ ...READ, kind: 'opaque', format: 'trust', facts: null })).toMatchObject({
      state: 'opaque',
      format: 'trust',
      facts: { kind: 'opaque', media_type: 'application/json', size: 2 },
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
