import { expect, test } from 'vitest';
import { bundle, codes, ENTRY, envelope, lines, MATERIAL, OTHER_SHA256, read, SHA256, statement } from './attested.ts';

const signature = (changes: Record<string, unknown> = {}) =>
  bundle(undefined, {
    messageSignature: {
      messageDigest: { algorithm: 'SHA2_256', digest: Buffer.from(SHA256, 'hex').toString('base64') },
      signature: 'c2ln',
    },
    ...changes,
  });

const typed = (version: string) => `application/vnd.dev.sigstore.bundle+json;version=${version}`;

test('a bundle is what its envelope is, under the version that its media type states', async () => {
  const reading = await read(bundle(envelope(statement())));
  expect(reading).toMatchObject({
    state: 'read',
    kind: 'provenance',
    format: 'sigstore-bundle',
    version: '0.3',
    valid: true,
  });
  expect(reading.subjects).toEqual([{ name: 'app.tgz', digests: { sha256: SHA256 } }]);
  for (const version of ['0.1', '0.2', '0.3'])
    expect(await read(bundle(envelope(statement()), { mediaType: typed(version) }))).toMatchObject({
      version,
      valid: true,
    });
});

test('a bundle of a signature is about the digest that was signed', async () => {
  const reading = await read(signature());
  expect(reading).toMatchObject({
    kind: 'signature',
    format: 'sigstore-bundle',
    facts: { kind: 'signature', keyless: true },
    valid: true,
  });
  expect(reading.subjects).toEqual([{ name: null, digests: { sha256: SHA256 } }]);
  const keyed = await read(signature({ verificationMaterial: { publicKey: { hint: 'k' }, tlogEntries: [ENTRY] } }));
  expect(keyed.facts).toEqual({ kind: 'signature', keyless: false });
  const odd = await read(
    signature({ messageSignature: { messageDigest: { algorithm: 'MD9', digest: 'AAAA' }, signature: 'c2ln' } }),
  );
  expect(odd.subjects).toEqual([]);
  expect(codes(odd)).toEqual(['warning digest_algorithm']);
});

test('a version that is not known is named, and an error', async () => {
  const reading = await read(signature({ mediaType: typed('99.9') }));
  expect(reading).toMatchObject({ kind: 'signature', version: '99.9', valid: false });
  expect(codes(reading)).toEqual(['error unknown_version']);
  const wrong = await read(signature({ mediaType: 'nonsense' }));
  expect(wrong).toMatchObject({ format: 'sigstore-bundle', version: '?' });
  expect(codes(wrong)).toEqual(['error bundle_media_type']);
});

test('what a bundle has to have and lacks is an error', async () => {
  const found = async (changes: Record<string, unknown>) => codes(await read(bundle(envelope(statement()), changes)));
  const material = (changes: Record<string, unknown>) => found({ verificationMaterial: { ...MATERIAL, ...changes } });
  expect(await found({ verificationMaterial: undefined })).toEqual(['error bundle_material']);
  expect(await material({ certificate: undefined })).toEqual(['error bundle_key']);
  expect(await material({ publicKey: {} })).toEqual(['error bundle_key']);
  expect(await material({ certificate: {} })).toEqual(['error bundle_certificate']);
  const chain = { certificate: undefined, x509CertificateChain: { certificates: [{ rawBytes: 'Y2VydA==' }] } };
  expect(await material(chain)).toEqual(['error bundle_certificate']);
  expect(await found({ mediaType: typed('0.2'), verificationMaterial: { ...MATERIAL, ...chain } })).toEqual([]);
  expect(await material({ tlogEntries: [{ ...ENTRY, inclusionProof: {} }] })).toEqual(['error bundle_entry']);
  expect(await material({ tlogEntries: [{ ...ENTRY, logId: null }] })).toEqual(['error bundle_entry']);
  expect(await material({ tlogEntries: [{ ...ENTRY, inclusionPromise: null }] })).toEqual([]);
  const first = { ...MATERIAL, tlogEntries: [{ ...ENTRY, inclusionPromise: null }] };
  expect(await found({ mediaType: typed('0.1'), verificationMaterial: first })).toEqual(['error bundle_entry']);
  expect(await material({ tlogEntries: 'none' })).toEqual(['error bundle_entry']);
  expect(await material({ tlogEntries: [] })).toEqual(['warning bundle_time']);
  expect(await found({ messageSignature: { signature: 'c2ln', messageDigest: { digest: 'AAAA' } } })).toEqual([
    'error bundle_content',
  ]);
  expect(await found({ dsseEnvelope: envelope(statement(), { signatures: [{ sig: 'a' }, { sig: 'b' }] }) })).toEqual([
    'error bundle_signature',
  ]);
  expect(codes(await read(signature({ messageSignature: {} })))).toEqual([
    'error bundle_signature',
    'error bundle_digest',
  ]);
});

test('a bundle with nothing in it is unreadable', async () => {
  const reading = await read(bundle(undefined));
  expect(reading).toMatchObject({
    state: 'unreadable',
    kind: 'attestation',
    format: 'sigstore-bundle',
    version: '0.3',
  });
  expect(codes(reading)).toEqual(['error bundle_content']);
});

test('bundles in lines are read as one document, and a bad line is an error', async () => {
  const other = statement({
    subject: [{ name: 'x', digest: { sha256: OTHER_SHA256 } }],
    predicateType: 'https://acme.example/x',
  });
  const reading = await read(
    lines(bundle(envelope(other)), 'not json', bundle(envelope(statement()), { mediaType: typed('0.2') })),
  );
  expect(reading).toMatchObject({
    kind: 'provenance',
    format: 'sigstore-bundle+jsonl',
    version: '0.2',
    subjects: [{ name: 'app.tgz' }],
    valid: false,
  });
  expect(codes(reading)).toEqual(['error line_malformed']);
  const signed = await read(lines(signature(), signature()));
  expect(signed).toMatchObject({ kind: 'signature', subjects_total: 2, facts: { keyless: true }, valid: true });
  const keyed = signature({ verificationMaterial: { publicKey: { hint: 'k' }, tlogEntries: [ENTRY] } });
  expect(await read(lines(signature(), keyed))).toMatchObject({ subjects_total: 1, facts: { keyless: true } });
});
