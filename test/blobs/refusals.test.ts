import { expect, it } from 'vitest';
import { full, isSha256, lost, requireSha256, unavailable } from '../../src/blobs/refusals.ts';
import { sha256Of } from './contract.ts';

it('a refusal says to its caller what is wrong and to the log why', () => {
  const cause = new Error('EIO: /var/lib/secret');
  const sha256 = sha256Of(Buffer.from('a'));
  expect(unavailable(cause)).toMatchObject({ name: 'MaestroError', code: 'content_store_unavailable', cause });
  expect(full(cause)).toMatchObject({ name: 'MaestroError', code: 'content_store_full', cause });
  expect(lost(sha256)).toMatchObject({ name: 'MaestroError', code: 'content_lost', cause: expect.any(Error) });
  expect(String(lost(sha256).cause)).toContain(sha256);
  const messages = [unavailable(cause), full(cause), lost(sha256)].map(({ message }) => message);
  expect(messages.filter((message) => message.includes('secret') || message.includes(sha256))).toEqual([]);
});

it('a SHA-256 is 64 lower-case hexadecimal digits and nothing else', () => {
  const sha256 = sha256Of(Buffer.from('a'));
  expect([isSha256(sha256), requireSha256(sha256)]).toEqual([true, sha256]);
  const others = ['', sha256.toUpperCase(), sha256.slice(1), `${sha256}0`, `${sha256}\n`, ` ${sha256}`, 'g'.repeat(64)];
  for (const text of others) {
    expect(isSha256(text)).toBe(false);
    expect(() => requireSha256(text)).toThrow(TypeError);
  }
});
