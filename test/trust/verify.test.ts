import { hash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Attestation } from '../../src/domain/evidence/verification.ts';
import { readDocument } from '../../src/evidence/read.ts';
import { verifierOf } from '../../src/trust/verify.ts';
import {
  dsseEnvelope,
  githubProvenance,
  githubWorkflow,
  newInstance,
  newKey,
  sbomStatement,
  vexStatement,
} from './signing.ts';
import {
  ARTIFACT,
  GITHUB,
  keyTrust,
  now,
  outcome,
  REPOSITORY,
  releaseTrust,
  SIGNER,
  SINCE,
  SOURCE,
  trustOf,
  verified,
  verifiedOne,
} from './trusted.ts';

const instance = await newInstance();
const { root } = instance;
const TRUST = releaseTrust(root);
const [key, _other] = [newKey(), newKey('ed25519')];
const KEY_TRUST = keyTrust({ key: key.pem });
const PROVENANCE = githubProvenance(REPOSITORY, ARTIFACT);
const SBOM = sbomStatement(ARTIFACT);

const outcomeOf = async (document: unknown, trust: object = TRUST) => outcome(await verifiedOne(document, trust));
const outcomesOf = async (document: unknown, trust: object = TRUST) =>
  (await verified(document, trust)).attestations.map(outcome);
const lines = (...documents: unknown[]) => documents.map((one) => JSON.stringify(one)).join('\n');
const list = (...bundles: object[]) => ({ attestations: bundles.map((bundle) => ({ bundle })) });

/** How a document stands that may not be readable at all: its reading, or its attestations. */
async function standing(document: unknown, trust: object = TRUST): Promise<string[]> {
  const bytes = document instanceof Uint8Array || typeof document === 'string' ? document : JSON.stringify(document);
  const verifying = { verify: verifierOf(trustOf(trust)), receivedAt: now() };
  const reading = await readDocument(Buffer.from(bytes), undefined, undefined, verifying);
  return reading.verification?.attestations.map(outcome) ?? [reading.state];
}

describe('an attestation', () => {
  it.each<[what: string, statement: object, kind: string, facts: object]>([
    ['provenance', PROVENANCE, 'provenance', { builder_id: SIGNER.subject, source: { uri: `git+${SOURCE}` } }],
    ['an SBOM', SBOM, 'attestation', { predicate: { kind: 'sbom' } }],
    ['a VEX document', vexStatement(ARTIFACT), 'attestation', { predicate: { kind: 'vex' } }],
  ])(
    'of %s passes with a certificate, with a key in a bundle, and with a key alone',
    async (_, statement, kind, facts) => {
      const roots = [{ name: 'acme', trusted_root: root }];
      const all = [
        await verifiedOne(await instance.signStatement(statement, SIGNER), TRUST),
        await verifiedOne(await instance.signStatementWithKey(statement, key), { ...KEY_TRUST, roots }),
        await verifiedOne(dsseEnvelope(statement, [key]), KEY_TRUST),
      ];
      expect(all.map(outcome)).toEqual(['passed', 'passed', 'passed']);
      const subjects = [{ name: ARTIFACT.name, digests: { sha256: ARTIFACT.sha256 } }];
      for (const one of all) expect(one).toMatchObject({ kind, facts, subjects, subjects_total: 1, pointer: '' });
    },
  );

  it('of a signature over bytes passes, and is about their digest', async () => {
    const bytes = Buffer.from('bytes');
    const one = await verifiedOne(await instance.signMessage(bytes, SIGNER), TRUST);
    expect(outcome(one)).toBe('passed');
    expect(one).toMatchObject({ kind: 'signature', subjects: [{ digests: { sha256: hash('sha256', bytes) } }] });
  });

  it('of a signature over bytes is not that of one who may sign some predicates only', async () => {
    const bundle = await instance.signMessage(Buffer.from('bytes'), SIGNER);
    const identity = { name: 'release', root: 'acme', issuer: GITHUB, subject: SIGNER.subject };
    const identities = [{ ...identity, predicate_types: ['https://cyclonedx.org/bom'] }];
    expect(await outcomeOf(bundle, { ...TRUST, identities })).toBe('predicate_type_not_of_signer');
    const both = [...identities, { ...identity, name: 'other' }];
    expect(await outcomeOf(bundle, { ...TRUST, identities: both })).toBe('passed');
  });

  it.each([
    ['push', 'passed'],
    ['release', 'passed'],
    ['pull_request_target', 'trigger_not_trusted'],
  ])('of a run that was started by %s is %s', async (trigger, expected) => {
    const signer = githubWorkflow(REPOSITORY, { trigger });
    expect(await outcomeOf(await instance.signStatement(SBOM, signer), TRUST)).toBe(expected);
  });

  it('has every subject of its statement', async () => {
    const [first] = (SBOM as { subject: object[] }).subject;
    const subject = [
      first,
      { name: 'b', digest: { sha512: 'cd'.repeat(64) } },
      { name: 'c', digest: { sha1: 'ef'.repeat(20) } },
    ];
    const one = await verifiedOne(dsseEnvelope({ ...SBOM, subject }, [key]), KEY_TRUST);
    expect(outcome(one)).toBe('passed');
    expect(one.subjects_total).toBe(3);
    expect(one.subjects.map(({ digests }) => Object.keys(digests))).toEqual([['sha256'], ['sha512'], ['sha1']]);
  });

  it('says what was trusted, since when, and what verified it', async () => {
    const [one, two] = [trustOf(TRUST), { ...trustOf(KEY_TRUST), since: now() }];
    const document = dsseEnvelope(SBOM, [key]);
    const { trust, trust_since, libraries, attestations_total } = await verified(document, TRUST);
    expect({ trust, trust_since, attestations_total }).toEqual({
      trust: one.digest,
      trust_since: SINCE,
      attestations_total: 1,
    });
    expect(Object.keys(libraries)).toContain('@sigstore/verify');
    // Of those compiled the last is kept, and never taken for another.
    const verifiers = [verifierOf(one), verifierOf(two), verifierOf({ ...two, since: SINCE }), verifierOf(one)];
    const results = verifiers.map((verify) => verify([{ pointer: '', form: 'jsf' }], false, now()));
    expect(results.map(({ trust }) => trust)).toEqual([one.digest, two.digest, two.digest, one.digest]);
    expect(results.map(({ trust_since }) => trust_since)).toEqual([SINCE, two.since, SINCE, SINCE]);
    expect(await outcomeOf(document, KEY_TRUST)).toBe('passed');
    expect(await outcomeOf(document, TRUST)).toBe('key_unknown');
  });
});

describe('what can be read in two ways', () => {
  const signedText = (text: string) => dsseEnvelope(text, [key]);
  const text = JSON.stringify(SBOM);

  /** JSON in which the field at a path is there twice, the second time with another value. */
  function doubled(value: unknown, path: readonly string[]): string {
    if (typeof value !== 'object' || value === null) return JSON.stringify(value);
    if (Array.isArray(value))
      return `[${value.map((one, index) => doubled(one, path[0] === String(index) ? path.slice(1) : [])).join(',')}]`;
    const fields = Object.entries(value).flatMap(([name, inner]) => {
      const here = path[0] === name ? path.slice(1) : null;
      const field = `${JSON.stringify(name)}:${doubled(inner, here ?? [])}`;
      return here?.length === 0
        ? [field, `${JSON.stringify(name)}:${typeof inner === 'string' ? '"x"' : '{}'}`]
        : [field];
    });
    return `{${fields.join(',')}}`;
  }

  function fieldsIn(value: unknown): string[][] {
    if (typeof value !== 'object' || value === null) return [];
    return Object.entries(value).flatMap(([name, inner]) => [
      ...(Array.isArray(value) ? [] : [[name]]),
      ...fieldsIn(inner).map((path) => [name, ...path]),
    ]);
  }

  it('in the envelope or bundle never passes, whichever field is there twice', async () => {
    const documents = [
      [await instance.signStatement(SBOM, SIGNER), TRUST],
      [await instance.signMessage(Buffer.from('x'), SIGNER), TRUST],
      [dsseEnvelope(SBOM, [key]), KEY_TRUST],
    ] as const;
    const whole: string[] = [];
    for (const [document, trust] of documents) {
      expect(doubled(document, [])).toBe(JSON.stringify(document));
      for (const path of fieldsIn(document))
        if ((await standing(doubled(document, path), trust)).includes('passed')) whole.push(path.join('/'));
    }
    expect(whole).toEqual([]);
  });

  it('in the statement never passes, whichever field is there twice', async () => {
    const paths = fieldsIn(SBOM);
    const standings = await Promise.all(paths.map((path) => standing(signedText(doubled(SBOM, path)), KEY_TRUST)));
    expect(standings.filter((one) => one.includes('passed'))).toEqual([]);
    expect(paths.length).toBeGreaterThan(20);
    const unused = text.replace('"predicate":{', '"predicate":{"unused":1,"unused":2,');
    expect(await outcomeOf(signedText(unused), KEY_TRUST)).toBe('statement_ambiguous');
  });

  it('is refused where it is of another type than a Statement, or has that elsewhere', async () => {
    expect(await outcomeOf(signedText(text.replace('"_type"', '"type"')), KEY_TRUST)).toBe('statement_ambiguous');
    for (const type of [
      'https://in-toto.io/Statement/v2',
      'https://in-toto.io/Statement',
      'https://in-toto.io/Link/v1',
      7,
      null,
    ])
      expect(await standing(signedText(JSON.stringify({ ...SBOM, _type: type })), KEY_TRUST)).toEqual(['unreadable']);
  });

  it('is refused where it is damaged UTF-8', async () => {
    const bytes = Buffer.from(JSON.stringify({ ...dsseEnvelope(SBOM, [key]), x: '?' }));
    expect(await standing(bytes, KEY_TRUST)).toEqual(['passed']);
    bytes[bytes.lastIndexOf('?')] = 0xff;
    expect(await standing(bytes, KEY_TRUST)).not.toContain('passed');
  });

  it('is never verified as other bytes than are read, whatever stands in its base64', async () => {
    const { payload, ...rest } = dsseEnvelope(SBOM, [key]);
    const { payload: swapped } = dsseEnvelope(PROVENANCE, [key]);
    const good = (await verifiedOne({ ...rest, payload }, KEY_TRUST)).facts;
    const piece = fc.constantFrom('=', '-', '_', '+', '/', ' ', '\n', '\0', 'A', '!', '==', '\u00e4');
    await fc.assert(
      fc.asyncProperty(fc.nat(payload.length), piece, fc.boolean(), async (at, extra, end) => {
        const changed = end
          ? `${payload}${extra}${swapped.slice(0, at)}`
          : `${payload.slice(0, at)}${extra}${payload.slice(at)}`;
        const verifying = { verify: verifierOf(trustOf(KEY_TRUST)), receivedAt: now() };
        const bytes = Buffer.from(JSON.stringify({ ...rest, payload: changed }));
        const { verification } = await readDocument(bytes, undefined, undefined, verifying);
        for (const one of verification?.attestations ?? [])
          if (outcome(one) === 'passed') expect(one.facts).toEqual(good);
      }),
      { numRuns: 500 },
    );
  });
});

describe('one of several attestations', async () => {
  const [good, sbom] = [await instance.signStatement(PROVENANCE, SIGNER), await instance.signStatement(SBOM, SIGNER)];
  const strange = await instance.signStatement(SBOM, { ...SIGNER, subject: 'https://evil.example/' });
  const broken = { ...sbom, dsseEnvelope: good.dsseEnvelope };

  it('passes beside others that pass', async () => {
    expect(await outcomesOf(list(good, sbom))).toEqual(['passed', 'passed']);
    expect(await outcomesOf(lines(good, sbom))).toEqual(['passed', 'passed']);
    expect(await outcomesOf(lines(dsseEnvelope(PROVENANCE, [key]), dsseEnvelope(SBOM, [key])), KEY_TRUST)).toEqual([
      'passed',
      'passed',
    ]);
    const { attestations } = await verified(list(good, sbom), TRUST);
    expect(attestations.map(({ pointer }) => pointer)).toEqual(['/attestations/0/bundle', '/attestations/1/bundle']);
  });

  it('that is broken refuses all the others, wherever it lies', async () => {
    for (const documents of [
      [good, broken],
      [broken, good],
      [good, sbom, broken],
      [good, broken, sbom],
    ]) {
      for (const document of [list(...documents), lines(...documents)]) {
        const { attestations } = await verified(document, TRUST);
        expect(attestations.map(outcome)).not.toContain('passed');
        const signatures = ({ links }: Attestation) => links.find(({ link }) => link === 'signature')?.code;
        const intact = attestations.filter((_, index) => documents[index] !== broken);
        expect(intact.map(signatures)).toEqual(intact.map(() => 'other_attestation'));
      }
    }
    const envelopes = lines(dsseEnvelope(PROVENANCE, [key]), dsseEnvelope(SBOM, [newKey()]));
    expect(await outcomesOf(envelopes, KEY_TRUST)).toEqual(['other_attestation', 'key_unknown']);
    expect((await verified(list(good, broken), TRUST)).attestations[0]?.links[0]?.detail).toContain(
      '/attestations/1/bundle',
    );
  });

  it('that cannot be read refuses all the others', async () => {
    for (const damaged of [{}, { ...sbom, dsseEnvelope: { ...sbom.dsseEnvelope, payload: '!' } }])
      expect(await outcomesOf(list(good, damaged))).toEqual(['other_attestation', 'unreadable']);
    expect(await outcomesOf(lines(good, { mediaType: 'x' }))).toEqual(['other_attestation', 'unreadable']);
  });

  it('of somebody else is refused, and leaves the others as they are', async () => {
    expect(await outcomesOf(list(good, strange))).toEqual(['passed', expect.stringMatching(/^identity_unknown/)]);
  });

  it('is refused with all the others where there are more than 32', async () => {
    const [envelope, last] = [dsseEnvelope(SBOM, [key]), dsseEnvelope(SBOM, [newKey()])];
    const many = (count: number) => lines(...Array(count).fill(envelope));
    expect(new Set(await outcomesOf(many(32), KEY_TRUST))).toEqual(new Set(['passed']));
    for (const document of [many(33), `${many(32)}\n${JSON.stringify(last)}`]) {
      const { attestations, attestations_total } = await verified(document, KEY_TRUST);
      expect([attestations.length, attestations_total]).toEqual([32, 33]);
      expect(new Set(attestations.map(outcome))).toEqual(new Set(['too_many_attestations']));
    }
  });
});

describe('what is signed in a way that is not verified', () => {
  const cyclonedx = { bomFormat: 'CycloneDX', specVersion: '1.6', version: 1, components: [] };
  const xml = (inner: string) => `<bom xmlns="http://cyclonedx.org/schema/bom/1.6" version="1">${inner}</bom>`;
  it.each<[what: string, document: unknown, code: string]>([
    ['in XML', xml('<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><SignedInfo/></Signature>'), 'xml_dsig'],
    ['in JSON', { ...cyclonedx, signature: { algorithm: 'ES256', value: 'AAAA' } }, 'jsf'],
    ['in a file of its own', key.sign(Buffer.from('x')).toString('base64'), 'detached_signature'],
  ])('has a code that says so: %s', async (_, document, code) => {
    for (const trust of [TRUST, KEY_TRUST]) {
      const one = await verifiedOne(document, trust);
      expect(outcome(one)).toBe(code);
      expect(one).toMatchObject({
        kind: 'signature',
        signers: [],
        signed_at: null,
        claims: null,
        facts: null,
        subjects: [],
      });
    }
  });
});

describe('a signature over bytes', () => {
  it.each<[what: string, change: object]>([
    ['another digest', { digest: hash('sha256', 'other', 'base64') }],
    ['a digest in short', { digest: hash('sha256', 'bytes', 'buffer').subarray(0, 31).toString('base64') }],
    [
      'a digest with more behind it',
      { digest: Buffer.concat([hash('sha256', 'bytes', 'buffer'), Buffer.alloc(32)]).toString('base64') },
    ],
    [
      'a digest of 64 bytes that begins with it',
      {
        algorithm: 'SHA2_512',
        digest: Buffer.concat([hash('sha256', 'bytes', 'buffer'), Buffer.alloc(32)]).toString('base64'),
      },
    ],
    ['another algorithm', { algorithm: 'SHA2_512' }],
    ['an algorithm of the same length', { algorithm: 'SHA3_256' }],
    ['an algorithm by its number', { algorithm: 1 }],
    ['no algorithm', { algorithm: undefined }],
    ['no digest', { digest: undefined }],
  ])('is refused where the bundle states %s', async (_, change) => {
    const bundle = await instance.signMessage(Buffer.from('bytes'), SIGNER);
    const { messageDigest, signature } = bundle.messageSignature;
    const changed = { ...bundle, messageSignature: { signature, messageDigest: { ...messageDigest, ...change } } };
    expect(await standing(changed)).not.toContain('passed');
    expect(await standing(bundle)).toEqual(['passed']);
  });
});
