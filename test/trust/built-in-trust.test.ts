import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { npmKeys, PUBLIC_GOOD, publicGoodRoot } from '../../src/trust/built-in-trust.ts';
import { publicKeyOf } from '../../src/trust/public-key.ts';
import { readTrustPolicy } from '../../src/trust/trust-policy.ts';
import { trustMaterialOf } from '../../src/trust/trusted-root.ts';
import { SINCE } from './trusted.ts';

const FOLDER = process.env.MAESTRO_VECTORS ?? '';
const PUBLISHED = join(FOLDER, 'evidence', 'trust', 'root-signing', 'trusted_root.json');
const hasPublished = FOLDER !== '' && existsSync(PUBLISHED);
tellNotRun();

describe('the root of the public instance', () => {
  it('is one that a trust file could bring: every authority in it has a start', () => {
    const trusted_root = publicGoodRoot();
    const { roots } = readTrustPolicy(JSON.stringify({ roots: [{ name: 'other', trusted_root }] }), SINCE);
    expect(roots).toEqual([{ name: 'other', trusted_root }]);
    expect(PUBLIC_GOOD).toBe('public-good');
  });

  it('has logs and authorities of every kind', () => {
    const { tlogs, ctlogs, certificateAuthorities, timestampAuthorities } = trustMaterialOf(publicGoodRoot());
    const starts = [tlogs, ctlogs, certificateAuthorities, timestampAuthorities].map((all) =>
      all.map(({ validFor }) => validFor.start),
    );
    for (const kind of starts) {
      expect(kind.length).toBeGreaterThan(0);
      for (const start of kind) expect(start.getTime()).toBeGreaterThan(Date.parse('2021-01-01T00:00:00Z'));
    }
    expect(tlogs.map(({ baseURL }) => baseURL)).toContain('https://rekor.sigstore.dev');
  });

  it('is made anew for each who asks', () => {
    expect(publicGoodRoot()).toEqual(publicGoodRoot());
    expect(publicGoodRoot()).not.toBe(publicGoodRoot());
  });

  it.skipIf(!hasPublished)('is the one that Sigstore published', () => {
    expect(publicGoodRoot()).toEqual(JSON.parse(readFileSync(PUBLISHED, 'utf8')));
  });
});

describe('the keys of npm', () => {
  it('are two, each valid from a time on, of which the older has ended', () => {
    const keys = npmKeys();
    expect(keys.map(({ valid_until }) => valid_until !== null)).toEqual([true, false]);
    for (const { pem, valid_from } of keys) {
      expect(publicKeyOf({ pem }).key.asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' });
      expect(Date.parse(valid_from)).toBeGreaterThan(Date.parse('2021-01-01T00:00:00Z'));
    }
    expect(new Set(keys.map(({ pem }) => publicKeyOf({ pem }).digest)).size).toBe(2);
  });
});

function tellNotRun(): void {
  const why = FOLDER === '' ? 'MAESTRO_VECTORS is not set' : `${FOLDER}, named by MAESTRO_VECTORS, lacks it`;
  if (!hasPublished) process.stderr.write(`1 test over the root that Sigstore published was not run: ${why}\n`);
}
