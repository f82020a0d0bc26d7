import { expect, test } from 'vitest';
import { read } from './attested.ts';

test('keys, roots and snapshots are named, and no evidence', async () => {
  const type = (name: string) => `application/vnd.dev.sigstore.${name}`;
  const named = async (document: unknown) => {
    const { state, kind, format, version } = await read(document);
    expect({ state, kind }).toEqual({ state: 'opaque', kind: 'opaque' });
    return [format, version];
  };
  expect(await named({ mediaType: type('trustedroot+json;version=0.1') })).toEqual(['sigstore-trusted-root', '0.1']);
  expect(await named({ mediaType: type('trustedroot.v0.2+json') })).toEqual(['sigstore-trusted-root', '0.2']);
  expect(await named({ mediaType: type('clienttrustconfig.v0.1+json') })).toEqual([
    'sigstore-client-trust-config',
    null,
  ]);
  expect(await named({ keys: [{ keyId: 'SHA256:a', keyUsage: 'npm:attestations' }] })).toEqual(['npm-keys', null]);
  expect(await named({ version: 0, detector: {}, job: {}, manifests: {} })).toEqual([
    'github-dependency-snapshot',
    null,
  ]);
  expect(await named('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n')).toEqual(['pem', 'CERTIFICATE']);
  expect(await named('\n-----BEGIN PUBLIC KEY-----\r\nAAAA\r\n')).toEqual(['pem', 'PUBLIC KEY']);
  expect(await named('-----BEGIN PGP SIGNATURE-----\n\nAAAA\n')).toEqual(['text', null]);
});
