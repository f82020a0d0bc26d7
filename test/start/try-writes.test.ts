import { expect, it } from 'vitest';
import { MaestroError } from '../../src/domain/errors.ts';
import { tryWrites } from '../../src/start/try-writes.ts';

const TIMES = { keepMs: 600_000, keepFailureMs: 600_000, limitMs: 20 };
const fine = { probe: async () => {} };
const hangs = { probe: () => new Promise<never>(() => {}) };
const failing = (code: 'store_unavailable' | 'content_store_unavailable') => ({
  probe: () => Promise.reject(new MaestroError(code, 'no')),
});

it('says what becomes of content, where rows can be written', async () => {
  expect(await tryWrites(fine, { probe: async () => 'writable' })()).toEqual({ content: 'writable' });
  expect(await tryWrites(fine, { probe: async () => 'full' })()).toEqual({ content: 'full' });
  expect(await tryWrites(fine, null)()).toEqual({ content: 'not_configured' });
});

it('fails where either cannot be written or hangs, that of rows first', async () => {
  const place = { probe: async () => 'writable' as const };
  const codeOf = (...both: [Parameters<typeof tryWrites>[0], Parameters<typeof tryWrites>[1]]) =>
    tryWrites(...both, TIMES)().catch(({ code }) => code);
  expect(await codeOf(failing('store_unavailable'), place)).toBe('store_unavailable');
  expect(await codeOf(hangs, place)).toBe('store_unavailable');
  expect(await codeOf(fine, failing('content_store_unavailable'))).toBe('content_store_unavailable');
  expect(await codeOf(fine, hangs)).toBe('content_store_unavailable');
  expect(await codeOf(failing('store_unavailable'), failing('content_store_unavailable'))).toBe('store_unavailable');
});
