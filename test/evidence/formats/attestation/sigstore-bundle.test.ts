import { expect, test } from 'vitest';
import {
  bundle,
  codes,
  ENTRY,
  envelope,
  envelopeOf,
  forms,
  handedOver,
  lines,
  MATERIAL,
  OTHER_SHA256,
  read,
  SHA256,
  statement,
  statementIn,
} from './attested.ts';

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

test('what is handed to the verifier is the bundle as it is, with the envelope and what that says', async () => {
  const document = bundle(envelope(statement()), { odd: 1 });
  const { signed, ambiguous } = await handedOver(document);
  expect(forms(signed)).toEqual(['bundle ']);
  expect(ambiguous).toBe(false);
  expect(signed[0]).toMatchObject({ bundle: document });
  const handed = envelopeOf(signed[0]);
  expect(Buffer.from(handed.payload).toString()).toBe(JSON.stringify(statement()));
  expect(handed.signatures.map((one) => Buffer.from(one.sig ?? []).toString())).toEqual(['sig']);
  expect(statementIn(signed[0])).toMatchObject({ kind: 'provenance', ambiguous: false, subjects_total: 1 });
  const twice = JSON.stringify(document).replace('"odd":', '"odd":0,"odd":');
  expect((await handedOver(twice)).ambiguous).toBe(true);
});

test('a signature is handed over with the digest that its bundle states, as what it is about', async () => {
  const { signed } = await handedOver(signature());
  const { dsseEnvelope: _, ...bundled } = signature();
  expect(signed).toMatchObject([{ pointer: '', form: 'message', algorithm: 'SHA2_256', bundle: bundled }]);
  expect(signed[0]).toMatchObject({ digest: Buffer.from(SHA256, 'hex') });
  expect(statementIn(signed[0])).toEqual({
    kind: 'signature',
    predicate_type: null,
    predicate: null,
    facts: { kind: 'signature', keyless: true },
    tool: null,
    subjects: [{ name: null, digests: { sha256: SHA256 } }],
    subjects_total: 1,
    ambiguous: false,
  });
});

test('a signature over a digest that is not known, or is none, is handed over and is about nothing', async () => {
  for (const messageDigest of [
    { algorithm: 'MD9', digest: 'AAAA' },
    { algorithm: 'SHA2_256', digest: '*' },
    { algorithm: 'SHA2_256' },
    undefined,
  ]) {
    const { signed } = await handedOver(signature({ messageSignature: { messageDigest, signature: 'c2ln' } }));
    expect(forms(signed)).toEqual(['message ']);
    expect(statementIn(signed[0])).toMatchObject({ subjects: [], subjects_total: 0 });
  }
});

test('a bundle with an envelope and a signature is taken for the envelope', async () => {
  const { messageSignature } = signature();
  const { signed } = await handedOver(bundle(envelope(statement()), { messageSignature }));
  expect(forms(signed)).toEqual(['bundle ']);
});

test('of bundles in lines each is handed over, those that cannot be read too', async () => {
  const document = lines(
    bundle(envelope(statement())),
    'not json',
    { a: 1 },
    bundle(envelope('{}')),
    bundle(envelope(statement(), { payloadType: 'application/vnd.acme+json' })),
    signature(),
    bundle(envelope(statement())),
  );
  const { signed } = await handedOver(document);
  expect(forms(signed)).toEqual([
    'bundle /0',
    'unreadable /1',
    'unreadable /2',
    'unreadable /3',
    'bundle /4',
    'message /5',
    'bundle /6',
  ]);
  expect(signed[4]).toMatchObject({ statement: null });
  expect([0, 6].map((at) => statementIn(signed[at]).kind)).toEqual(['provenance', 'provenance']);
});

test('of signatures in lines each is handed over where it lies', async () => {
  const other = Buffer.from(OTHER_SHA256, 'hex').toString('base64');
  const second = signature({
    messageSignature: { messageDigest: { algorithm: 'SHA2_256', digest: other }, signature: 'c2ln' },
    verificationMaterial: { publicKey: { hint: 'k' }, tlogEntries: [ENTRY] },
  });
  const { signed } = await handedOver(lines(signature(), second));
  expect(forms(signed)).toEqual(['message /0', 'message /1']);
  expect(signed.map((one) => statementIn(one).subjects)).toEqual([
    [{ name: null, digests: { sha256: SHA256 } }],
    [{ name: null, digests: { sha256: OTHER_SHA256 } }],
  ]);
  expect(signed.map((one) => statementIn(one).facts)).toMatchObject([{ keyless: true }, { keyless: false }]);
});

test('a line among signatures that is none is handed over as unreadable', async () => {
  expect(forms((await handedOver(lines(signature(), '{"broken', signature()))).signed)).toEqual([
    'message /0',
    'unreadable /1',
    'message /2',
  ]);
});

test('what is wrong with the digest of a signature is noted in the line where it is', async () => {
  const odd = signature({
    messageSignature: { messageDigest: { algorithm: 'MD9', digest: 'AAAA' }, signature: 'c2ln' },
  });
  const { findings } = await read(lines(signature(), '{"broken', odd));
  expect(findings.find(({ code }) => code === 'digest_algorithm')?.pointer).toBe(
    '/2/messageSignature/messageDigest/algorithm',
  );
});
