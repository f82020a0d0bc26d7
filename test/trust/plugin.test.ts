import { describe, expect, it } from 'vitest';
import { get, testApp, testDeps } from '../helper.ts';
import { newInstance, newKey } from './signing.ts';
import { releaseTrust, SIGNER, SOURCE, trustOf } from './trusted.ts';

const { root } = await newInstance();
const key = newKey();
const keys = [{ name: 'release-2026', pem: key.pem, valid_from: '2026-01-01T00:00:00Z' }];

describe('GET /maestro/trust', () => {
  it('shows what is trusted, and no key', async () => {
    const file = { ...releaseTrust(root), keys };
    const app = await testApp(testDeps({ trustFile: () => file, minimum: 'verified' }));
    const report = await get(app, '/maestro/trust');
    expect(report).toMatchObject({
      trust_digest: trustOf(file).digest,
      last_error: null,
      gate_minimum_level: 'verified',
      key_threshold: 1,
      roots: [{ name: 'acme', transparency_logs: 1, timestamp_authorities: 0 }],
      keys: [{ name: 'release-2026', type: 'ec', valid_until: null, predicate_types: null }],
      identities: [{ name: 'release', root: 'acme', subject: SIGNER.subject }],
      builders: [{ id: SIGNER.subject, identities: ['release'], keys: [], delegated: false }],
      sources: [{ repository: SOURCE, refs: ['refs/heads/main'] }],
      verifying_again: { stale: 0, done: 0, running: false },
    });
    const text = JSON.stringify(report);
    for (const secret of ['BEGIN', 'rawBytes', ...key.pem.split('\n').slice(1, -2)]) expect(text).not.toContain(secret);
  });

  it('shows that nothing is where there is no trust file', async () => {
    const report = await get(await testApp(), '/maestro/trust');
    const none = { roots: [], keys: [], identities: [], builders: [], sources: [] };
    expect(report).toMatchObject({ ...none, trust_digest: trustOf({}).digest, gate_minimum_level: 'asserted' });
  });

  it('shows what was read again, and why it could not be', async () => {
    let file: object = {};
    const deps = testDeps({ trustFile: () => file });
    const app = await testApp(deps);
    const { trust_digest, loaded_at } = await get(app, '/maestro/trust');
    file = { anyone: true };
    expect(() => deps.reloadTrust()).toThrow('anyone');
    const kept = await get(app, '/maestro/trust');
    expect(kept).toMatchObject({ trust_digest, loaded_at, keys: [], last_error: expect.stringContaining('anyone') });
    file = { keys };
    deps.reloadTrust();
    expect(await get(app, '/maestro/trust')).toMatchObject({
      trust_digest: trustOf(file).digest,
      keys: [{ name: 'release-2026' }],
      last_error: null,
    });
  });
});
