import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../../src/evidence/limits.ts';
import { unpack } from '../../../src/evidence/unpack.ts';

const of = (bytes: string | Buffer) => unpack(Buffer.from(bytes as string), LIMITS);
const shape = (bytes: string | Buffer) => of(bytes).document?.shape ?? null;

describe('JSON lines', () => {
  it('are several documents, and JSON over several lines is one', () => {
    expect(of('{"a":1}\n{"a":2}\r\n\n{"a":3}\n').document).toEqual({
      shape: 'json-lines',
      values: [{ a: 1 }, { a: 2 }, { a: 3 }],
    });
    expect(of('{"a":1}\nnot this one\n{"a":3}').document).toMatchObject({ values: [{ a: 1 }, undefined, { a: 3 }] });
    expect(of('{"a":1,"a":2}\n{"b":{"c":1,"c":2}}').duplicates.map(({ pointer }) => pointer)).toEqual([
      '/0/a',
      '/1/b/c',
    ]);
    for (const text of ['{"a":1}\n', '{\n"a":{}\n}', '{"a":{}\n,"b":1}', '[{"a":1},\n{"a":2}]', '{"a":\n{"b":1}\n}'])
      expect(shape(text), text).toBe('json');
  });

  it('are none where the text is a single line, whatever is around it', () => {
    const one = '{"a":{"b":1,"b":2}}';
    for (const around of ['', '\n', '\r\n', '\n\n \t\n'])
      for (const text of [`${one}${around}`, `${around}${one}`, `${around}${one}${around}`])
        expect(of(text), JSON.stringify(text)).toMatchObject({
          document: { shape: 'json', text },
          duplicates: [{ key: 'b', pointer: '/a/b' }],
        });
    expect(shape(`${one}\n\n \t${one}`)).toBe('json-lines');
    const deep = `${'{"a":'.repeat(300)}1${'}'.repeat(300)}`;
    for (const text of [deep, `${deep}\n`, `\n${deep}`, `${deep}\n${deep}`])
      expect(() => of(text)).toThrow(expect.objectContaining({ code: 'too_deep' }));
  });

  it('are no longer such after 1,000 lines that are none', () => {
    expect(shape(`{"a":1}\n{"a":2}\n${'log\n'.repeat(1_000)}{"a":3}`)).toBe('json-lines');
    expect(() => of(`{"a":1}\n{"a":2}\n${'log\n'.repeat(1_002)}`)).toThrow(
      expect.objectContaining({ code: 'json-malformed' }),
    );
  });
});
