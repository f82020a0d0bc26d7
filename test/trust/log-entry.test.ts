import { createPublicKey, hash, X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { checkLog, keyOfEntry } from '../../src/trust/log-entry.ts';
import { keyDigest } from '../../src/trust/public-key.ts';
import {
  bundle,
  type Entry,
  entryOf,
  flipped,
  outcomeOf,
  plain,
  STATEMENT,
  stamped,
  stampedBundle,
  stranger,
  withEntry,
  withMaterial,
} from './bundles.ts';
import { newInstance, newKey, pae, type SigstoreInstance, sbomStatement } from './signing.ts';
import { ARTIFACT, outcome, releaseTrust, SIGNER, verifiedOne } from './trusted.ts';

const { pem } = newKey();
const key = createPublicKey(pem);
const base64 = (text: string | Uint8Array) => Buffer.from(text).toString('base64');
const entry = (body: unknown) =>
  ({ canonicalizedBody: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)) }) as Parameters<
    typeof keyOfEntry
  >[0];
const entity = (...bodies: unknown[]) => ({ tlogEntries: bodies.map(entry) }) as Parameters<typeof checkLog>[0];

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
    expect(checkLog(entity(body), key).held).toBe(true);
    expect(checkLog(entity(body, v1(newKey().pem)), key)).toMatchObject({ held: false, code: 'log_of_another_key' });
  });

  it('is that of its certificate', async () => {
    const certificate = await (await newInstance()).certificate(SIGNER);
    expect(keyOfEntry(entry(v1(certificate)))).toBe(keyDigest(new X509Certificate(certificate).publicKey));
  });

  it('is the same beside the certificate of the signer, in whatever form an entry has which certificate', async () => {
    const instance = await newInstance();
    const [own, other] = [await instance.certificate(SIGNER), await instance.certificate(SIGNER)].map(
      (text) => new X509Certificate(text),
    ) as [X509Certificate, X509Certificate];
    const v2 = (verifier: object) => ({ spec: { dsseV002: { signatures: [{ verifier }] } } });
    const forms = ({ raw, publicKey }: X509Certificate, text: string): unknown[] => [
      v1(text),
      v1(text.trimEnd()),
      v1(`x\n${text}`),
      v1(text.replace(/\n/g, '\r\n')),
      v1(`${text}${other}`),
      v1(`${other}${text}`),
      v1(base64(raw)),
      v1(publicKey.export({ type: 'spki', format: 'pem' }).toString()),
      v2({ x509Certificate: { rawBytes: base64(raw) } }),
      v2({ x509Certificate: { rawBytes: base64(text) } }),
      v2({ x509Certificate: { rawBytes: `${base64(raw)} ` } }),
      v2({ publicKey: { rawBytes: base64(raw) } }),
      v2({ publicKey: { rawBytes: base64(text) } }),
      v2({ publicKey: { rawBytes: base64(publicKey.export({ type: 'spki', format: 'der' })) } }),
    ];
    const bodies = [...forms(own, own.toString()), ...forms(other, other.toString()), '', v1('')];
    const held = bodies.map((body) => {
      const alone = checkLog(entity(body), own.publicKey);
      expect(checkLog(entity(body), own.publicKey, own)).toEqual(alone);
      expect(checkLog(entity(body), own.publicKey, other)).toEqual(alone);
      expect(checkLog(entity(v1(own.toString()), body), own.publicKey, own)).toEqual(
        checkLog(entity(v1(own.toString()), body), own.publicKey),
      );
      return alone.held;
    });
    expect(held.slice(0, 14).filter((one) => one).length).toBeGreaterThanOrEqual(8);
    expect(held.slice(14)).not.toContain(true);
    expect(checkLog(entity(v1(own.toString())), other.publicKey, own).held).toBe(false);
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
      expect(checkLog(entity(body), key).held).toBe(false);
    }
    expect(checkLog(entity(), key).held).toBe(false);
  });
});

describe('the entry of a log', () => {
  const mine = entryOf(bundle);
  const spec = (verifier: string, sig = bundle.dsseEnvelope.signatures[0]?.sig ?? '') => ({
    envelopeHash: { algorithm: 'sha256', value: hash('sha256', JSON.stringify(bundle.dsseEnvelope)) },
    payloadHash: { algorithm: 'sha256', value: hash('sha256', Buffer.from(bundle.dsseEnvelope.payload, 'base64')) },
    signatures: [{ signature: sig, verifier: Buffer.from(verifier).toString('base64') }],
  });
  const certificate = Buffer.from(bundle.verificationMaterial.certificate?.rawBytes ?? '', 'base64');
  const own = new X509Certificate(certificate).toString();
  const logged = async (verifier: string, instance: SigstoreInstance = plain) => instance.entry('dsse', spec(verifier));

  it('with the certificate or the key that signed is accepted', async () => {
    const key = new X509Certificate(certificate).publicKey.export({ type: 'spki', format: 'pem' }).toString();
    for (const verifier of [own, key]) expect(await outcomeOf(withEntry(await logged(verifier)))).toBe('passed');
  });

  it('that somebody else made of the same signature is refused, alone and beside the right one', async () => {
    const certified = await plain.certificate({ ...SIGNER, subject: 'https://evil.example/' });
    for (const verifier of [certified, await plain.certificate(SIGNER), newKey().pem]) {
      const strange = await logged(verifier);
      expect(await outcomeOf(withEntry(strange))).toBe('log_of_another_key');
      expect(await outcomeOf(withMaterial({ tlogEntries: [mine, strange] }))).not.toBe('passed');
      expect(await outcomeOf(withMaterial({ tlogEntries: [strange, mine] }))).not.toBe('passed');
    }
  });

  it.each(['', 'x', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'])(
    'that holds no key is refused: %j',
    async (verifier) => {
      expect(await outcomeOf(withEntry(await logged(verifier)))).toBe('log_of_another_key');
    },
  );

  it('of the kind hashedrekord is accepted with its own key and refused with another', async () => {
    const { payload, payloadType, signatures } = bundle.dsseEnvelope;
    const encoded = pae(payloadType, Buffer.from(payload, 'base64'));
    const hashed = (pem: string, value = hash('sha256', encoded)) =>
      plain.entry('hashedrekord', {
        data: { hash: { algorithm: 'sha256', value } },
        signature: { content: signatures[0]?.sig, publicKey: { content: Buffer.from(pem).toString('base64') } },
      });
    expect(await outcomeOf(withEntry(await hashed(own)))).toBe('passed');
    expect(await outcomeOf(withEntry(await hashed(newKey().pem)))).toBe('log_of_another_key');
    expect(await outcomeOf(withEntry(await hashed(own, hash('sha256', payload))))).toMatch(/^tlog_body_error/);
  });

  it('of another bundle is refused, whether of the same statement or of another', async () => {
    for (const statement of [STATEMENT, sbomStatement(ARTIFACT)]) {
      const other = entryOf(await plain.signStatement(statement, SIGNER));
      expect(await outcomeOf(withEntry(other))).toMatch(/^tlog_body_error/);
      expect(await outcomeOf(withMaterial({ tlogEntries: [mine, other] }))).not.toBe('passed');
    }
  });

  it('of the log of another instance is refused', async () => {
    expect(await outcomeOf(withEntry(await logged(own, stranger)))).toMatch(/^tlog_inclusion_promise_error/);
  });

  it('has to be there, once', async () => {
    expect(await outcomeOf(withMaterial({ tlogEntries: [] }))).toMatch(/^timestamp_error/);
    expect(await outcomeOf(withMaterial({ tlogEntries: [mine, mine] }))).toMatch(/^timestamp_error/);
    const trust = releaseTrust(stamped.root);
    expect(await outcomeOf(withMaterial({ tlogEntries: [] }, stampedBundle), trust)).toMatch(/^tlog_error/);
    const repeated = [entryOf(stampedBundle), { ...entryOf(stampedBundle), inclusionPromise: undefined }];
    expect(await outcomeOf(withMaterial({ tlogEntries: repeated }, stampedBundle), trust)).toMatch(/^tlog_error/);
  });

  const { signedEntryTimestamp } = mine.inclusionPromise;
  const { checkpoint } = mine.inclusionProof;
  it.each<[what: string, changes: Partial<Entry>]>([
    [
      'a promise of which a bit is flipped',
      { inclusionPromise: { signedEntryTimestamp: flipped(signedEntryTimestamp) } },
    ],
    ['a promise that is empty', { inclusionPromise: { signedEntryTimestamp: '' } }],
    ['the promise of another', { inclusionPromise: entryOf(stampedBundle).inclusionPromise }],
    ['a time a second later', { integratedTime: String(Number(mine.integratedTime) + 1) }],
    ['a time long ago', { integratedTime: '1' }],
    ['another index', { logIndex: String(Number(mine.logIndex) + 1) }],
    ['another log', { logId: entryOf(stampedBundle).logId }],
    ['another kind', { kindVersion: { kind: 'hashedrekord', version: '0.0.1' } }],
    ['an unknown version', { kindVersion: { kind: 'dsse', version: '0.0.9' } }],
    ['a body of which a bit is flipped', { canonicalizedBody: flipped(mine.canonicalizedBody) }],
    [
      'a body with a space behind it',
      { canonicalizedBody: Buffer.from(`${Buffer.from(mine.canonicalizedBody, 'base64')} `).toString('base64') },
    ],
    ['an index beyond the tree', { inclusionProof: { ...mine.inclusionProof, logIndex: '1' } }],
    ['a negative index', { inclusionProof: { ...mine.inclusionProof, logIndex: '-1' } }],
    ['a hash too many', { inclusionProof: { ...mine.inclusionProof, hashes: [mine.inclusionProof.rootHash] } }],
    ['the proof of another', { inclusionProof: entryOf(stampedBundle).inclusionProof }],
    [
      'a checkpoint of a bigger tree',
      {
        inclusionProof: {
          ...mine.inclusionProof,
          checkpoint: { envelope: checkpoint.envelope.replace('\n1\n', '\n2\n') },
        },
      },
    ],
    [
      'a checkpoint without signatures',
      {
        inclusionProof: {
          ...mine.inclusionProof,
          checkpoint: { envelope: checkpoint.envelope.replace(/\u2014.*\n/, '') },
        },
      },
    ],
  ])('with %s is refused', async (_, changes) => {
    expect(await outcomeOf(withEntry(changes))).toMatch(/^(tlog|certificate)_/);
  });

  it('without a promise is no time: one of an authority has to be there', async () => {
    expect(await outcomeOf(withEntry({ inclusionPromise: undefined }))).toMatch(/^timestamp_error/);
    const without = withEntry({ inclusionPromise: undefined, integratedTime: '1' }, stampedBundle);
    const one = await verifiedOne(without, releaseTrust(stamped.root));
    expect(outcome(one)).toBe('passed');
    expect(Math.abs(Date.parse(one.signed_at ?? '') - Date.now())).toBeLessThan(600_000);
  });
});
