import { expect, it } from 'vitest';
import { tokenText } from '../../src/auth/token-text.ts';
import { newSecret } from '../../src/start/new-secret.ts';

it('each secret has 32 bytes, as the text of a token needs, and is another one', () => {
  const secrets = Array.from({ length: 1_000 }, newSecret);
  expect(new Set(secrets.map((secret) => Buffer.from(secret).toString('hex'))).size).toBe(1_000);
  expect(tokenText('0199a1c2-6d2a-7b3c-8e1f-0a1b2c3d4e5f', secrets[0] ?? new Uint8Array())).toMatch(/^mst_/);
  // Each bit is set about half of the time: of 256,000 bits, 128,000 with a deviation of 253.
  const bits = secrets.flatMap((secret) => [...secret]).map((byte) => byte.toString(2).replaceAll('0', '').length);
  expect(Math.abs(bits.reduce((sum, one) => sum + one, 0) - 128_000)).toBeLessThan(2_530);
});
