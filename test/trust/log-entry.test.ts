import { createPublicKey, X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { keyOfEntry, logLink } from '../../src/trust/log-entry.ts';
import { keyDigest } from '../../src/trust/public-key.ts';
import { newInstance, newKey } from './signing.ts';
import { SIGNER } from './trusted.ts';

const { pem } = newKey();
const key = createPublicKey(pem);
const base64 = (text: string | Uint8Array) => Buffer.from(text).toString('base64');
const entry = (body: unknown) =>
  ({ canonicalizedBody: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)) }) as Parameters<
    typeof keyOfEntry
  >[0];
const entity = (...bodies: unknown[]) => ({ tlogEntries: bodies.map(entry) }) as Parameters<typeof logLink>[0];

const v1 = (text: string) => ({ spec: { signatures: [{ verifier: base64(text) }] } });

describe('the key of an entry of a log', () => {
  const der = key.export({ type: 'spki', format: 'der' });
  it.each([
    ['a dsse of Rekor v1', v1(pem)],
    ['an intoto of Rekor v1', { spec: { content: { envelope: { signatures: [{ publicKey: base64(pem) }] } } } }],
    ['a hashedrekord of Rekor v1', { spec: { signature: { publicKey: { content: base64(pem) } } } }],
    [
      'a dsse of Rekor v2',
      { spec: { dsseV002: { signatures: [{ verifier: { publicKey: { rawBytes: base64(der) } } }] } } },
    ],
    [
      'a hashedrekord of Rekor v2',
      { spec: { hashedRekordV002: { signature: { verifier: { publicKey: { rawBytes: base64(der) } } } } } },
    ],
  ])('is found in %s', (_what, body) => {
    expect(keyOfEntry(entry(body))).toBe(keyDigest(key));
    expect(logLink(entity(body), key).held).toBe(true);
    expect(logLink(entity(body, v1(newKey().pem)), key)).toMatchObject({ held: false, code: 'log_of_another_key' });
  });

  it('is that of its certificate', async () => {
    const certificate = await (await newInstance()).certificate(SIGNER);
    expect(keyOfEntry(entry(v1(certificate)))).toBe(keyDigest(new X509Certificate(certificate).publicKey));
  });

  it('is none where there is none, and then the entry counts for nobody', () => {
    for (const body of [
      '',
      'null',
      '7',
      '{}',
      '[]',
      { spec: null },
      v1(''),
      v1('x'),
      { spec: { dsseV002: { signatures: [{}] } } },
    ]) {
      expect(keyOfEntry(entry(body))).toBeNull();
      expect(logLink(entity(body), key).held).toBe(false);
    }
    expect(logLink(entity(), key).held).toBe(false);
  });
});
