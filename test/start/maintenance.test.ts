import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/start/config.ts';
import type { Host } from '../../src/start/host.ts';
import { MAINTENANCE } from '../../src/start/maintenance.ts';

const host = { env: {}, stdout: { write: () => true }, stderr: { write: () => true } } as unknown as Host;

describe('maintenance without a database', () => {
  it.each([
    ['migrate', null, 'DATABASE_URL is not set: there is nothing to migrate'],
    ['prune', '2026-01-31', 'DATABASE_URL is not set: there is nothing to prune'],
    ['prune', '2999-01-31', 'prune needs a date in the past'],
    ['prune', 'yesterday', 'prune needs a date in the past'],
    ['sweep', null, 'DATABASE_URL is not set: sweep cannot tell which content is still in use'],
  ] as const)('refuses %s %s in one line', async (command, argument, message) => {
    await expect(MAINTENANCE[command](readConfig({}), host, argument)).rejects.toThrow(message);
  });
});
