import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../src/evidence/limits.ts';
import { readDocument } from '../../src/evidence/read.ts';

describe('bytes that no reader knows', () => {
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
  ])('are described as %s, %s', async (format, media_type, content) => {
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
      verification: null,
    });
  });
});
