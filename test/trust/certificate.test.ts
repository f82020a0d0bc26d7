// What the package below needs, which is the one that @sigstore/mock makes its certificates with.
import 'reflect-metadata';
import { X509Certificate } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import { bundleFromJSON } from '@sigstore/bundle';
import { toSignedEntity, Verifier } from '@sigstore/verify';
import { beforeAll, describe, expect, it } from 'vitest';
import { identityOf } from '../../src/trust/certificate.ts';
import { trustMaterialOf } from '../../src/trust/trusted-root.ts';
import { newInstance, type Signer } from './signing.ts';
import { GITHUB, REPOSITORY, SIGNER, SOURCE } from './trusted.ts';

const instance = await newInstance();

/** What the verifier finds in a certificate that the instance issues. */
async function issued(signer: Signer) {
  const bundle = await instance.signMessage(Buffer.from('x'), signer);
  const verifier = new Verifier({ ...trustMaterialOf(instance.root), publicKey: () => expect.unreachable() });
  const { identity } = verifier.verify(toSignedEntity(bundleFromJSON(bundle), Buffer.from('x')));
  const der = Buffer.from(bundle.verificationMaterial.certificate?.rawBytes ?? '', 'base64');
  return { der, oids: identity?.oids ?? [] };
}

type Extension = Parameters<typeof identityOf>[1][number];

const extension = (number: number, value: Uint8Array): Extension => ({
  oid: { id: [1, 3, 6, 1, 4, 1, 57264, 1, number] },
  value: Buffer.from(value),
});
/** A claim in the old form: text as it is. */
const raw = (number: number, text: string) => extension(number, Buffer.from(text));
/** A claim in the new form: DER, the length in the shortest form. */
const der = (number: number, text: string, tag = 0x0c) => {
  const size = Buffer.byteLength(text);
  const length = size < 0x80 ? [size] : size < 0x100 ? [0x81, size] : [0x82, size >> 8, size & 0xff];
  return extension(number, Buffer.concat([Buffer.from([tag, ...length]), Buffer.from(text)]));
};
const NO_CLAIMS = {
  ...{ source_repository: null, source_repository_id: null, source_ref: null, source_digest: null },
  ...{ build_signer: null, build_config: null, run: null, runner: null, trigger: null, visibility: null },
};

describe('a certificate that Fulcio issues', async () => {
  const some = await issued(SIGNER);
  const subject = SIGNER.subject;
  const read = (...extensions: Extension[]) => identityOf(some.der, extensions);

  it('has its issuer, its subject and every claim', () => {
    const { legacy_digest, legacy_repository, legacy_ref, ...claims } = SIGNER.claims;
    expect(identityOf(some.der, some.oids)).toEqual({ issuer: GITHUB, subject, claims });
    expect([legacy_repository, legacy_ref, legacy_digest]).toEqual([
      REPOSITORY,
      claims.source_ref,
      claims.source_digest,
    ]);
  });

  it('without claims has none', async () => {
    const bare = await issued({ subject: 'https://ci.example/x', issuer: 'https://issuer.example' });
    const issuer = 'https://issuer.example';
    expect(identityOf(bare.der, bare.oids)).toEqual({ issuer, subject: 'https://ci.example/x', claims: NO_CLAIMS });
  });

  it('is read by its old claims where it has no new ones', () => {
    const source = { source_repository: SOURCE, source_ref: 'refs/heads/main', source_digest: 'c0ffee' };
    const claims = { ...NO_CLAIMS, ...source, trigger: 'push' };
    const old = [
      raw(1, GITHUB),
      raw(2, 'push'),
      raw(3, 'c0ffee'),
      raw(4, 'Release'),
      raw(5, REPOSITORY),
      raw(6, 'refs/heads/main'),
    ];
    expect(read(...old)).toEqual({ issuer: GITHUB, subject, claims });
  });

  it('of another issuer has no repository by the old claim, which is one of GitHub', () => {
    const { claims } = read(raw(1, 'https://issuer.example'), raw(5, REPOSITORY));
    expect(claims.source_repository).toBeNull();
  });

  it.each<[what: string, extensions: Extension[]]>([
    ['two issuers', [raw(1, GITHUB), der(8, 'https://issuer.example')]],
    ['an issuer of GitHub in the old form alone, and another', [der(8, `${GITHUB}/hammer-time`), raw(1, GITHUB)]],
    ['two repositories', [der(8, GITHUB), raw(5, REPOSITORY), der(12, `${SOURCE}-evil`)]],
    ['two refs', [der(8, GITHUB), raw(6, 'refs/heads/main'), der(14, 'refs/heads/evil')]],
    ['two commits', [der(8, GITHUB), raw(3, 'c0ffee'), der(13, 'decaf')]],
    ['a claim twice', [der(8, GITHUB), der(12, SOURCE), der(12, `${SOURCE}-evil`)]],
    ['a claim twice, the same', [der(8, GITHUB), der(12, SOURCE), der(12, SOURCE)]],
    ['its issuer twice', [der(8, GITHUB), der(8, GITHUB)]],
    ['its old issuer twice', [raw(1, GITHUB), raw(1, GITHUB), der(8, GITHUB)]],
    ['a claim that nobody reads twice', [der(8, GITHUB), der(99, 'x'), der(99, 'x')]],
    ['no issuer', [der(12, SOURCE)]],
    ['an empty issuer', [der(8, '')]],
    ['an empty old issuer', [raw(1, '')]],
    ['its issuer under another arc', [{ oid: { id: [1, 3, 6, 1, 4, 1, 57264, 2, 8] }, value: der(8, GITHUB).value }]],
    ['its issuer below its number', [{ oid: { id: [1, 3, 6, 1, 4, 1, 57264, 1, 8, 1] }, value: der(8, GITHUB).value }]],
    ['its issuer under no number', [{ oid: undefined, value: der(8, GITHUB).value }]],
    ['a new issuer as raw text', [raw(8, GITHUB)]],
    ['a claim as raw text', [der(8, GITHUB), raw(12, SOURCE)]],
    ['a claim of another type', [der(8, GITHUB), der(12, SOURCE, 0x16)]],
    ['a claim that is cut', [der(8, GITHUB), extension(12, der(12, SOURCE).value.subarray(0, -1))]],
    [
      'a claim with something behind it',
      [der(8, GITHUB), extension(12, Buffer.concat([der(12, SOURCE).value, Buffer.from('x')]))],
    ],
    [
      'a claim with a length of four bytes',
      [der(8, GITHUB), extension(12, Buffer.from([0x0c, 0x84, 0, 0, 0, 1, 0x61]))],
    ],
    ['a claim of no definite length', [der(8, GITHUB), extension(12, Buffer.from([0x0c, 0x80, 0x61, 0, 0]))]],
    ['a claim of nothing', [der(8, GITHUB), extension(12, Buffer.alloc(0))]],
    ['a claim that is no UTF-8', [der(8, GITHUB), extension(12, Buffer.from([0x0c, 2, 0xc3, 0x28]))]],
    ['an old claim that is no UTF-8', [raw(1, GITHUB), extension(6, Buffer.from([0xff]))]],
  ])('is refused where it has %s', (_, extensions) => {
    expect(() => read(...extensions)).toThrow(/certificate|UTF8|encoded data|not valid/i);
  });

  it('has a byte order mark as part of a claim, and claims of any length', () => {
    expect(read(der(8, `\ufeff${GITHUB}`)).issuer).toBe(`\ufeff${GITHUB}`);
    for (const length of [127, 128, 255, 256, 65_535]) {
      const { claims } = read(der(8, GITHUB), der(14, 'x'.repeat(length)));
      expect(claims.source_ref).toHaveLength(length);
    }
  });
});

describe('the subject of a certificate', () => {
  type Names = ConstructorParameters<typeof x509.SubjectAlternativeNameExtension>[0];

  const newKeys = () => crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);
  let keys: Awaited<ReturnType<typeof newKeys>>;
  beforeAll(async () => {
    keys = await newKeys();
    x509.cryptoProvider.set(crypto);
  });

  async function subjectOf(names: Names | null): Promise<string> {
    const extensions = names === null ? [] : [new x509.SubjectAlternativeNameExtension(names, true)];
    const signingAlgorithm = { name: 'ECDSA', hash: 'SHA-256' };
    const made = await x509.X509CertificateGenerator.createSelfSigned({
      serialNumber: '01',
      keys,
      signingAlgorithm,
      extensions,
    });
    expect(new X509Certificate(Buffer.from(made.rawData)).subjectAltName === undefined).toBe(names === null);
    return identityOf(Buffer.from(made.rawData), [der(8, GITHUB)]).subject;
  }

  it('is its one URI or e-mail address', async () => {
    const { subject } = SIGNER;
    expect(await subjectOf([{ type: 'url', value: subject }])).toBe(subject);
    expect(await subjectOf([{ type: 'email', value: 'ann@acme.example' }])).toBe('ann@acme.example');
  });

  const good = { type: 'url', value: SIGNER.subject } as const;
  it.each<[what: string, names: Names | null]>([
    ['no name', null],
    ['two URIs', [good, { type: 'url', value: 'https://evil.example/' }]],
    ['the same URI twice', [good, good]],
    ['a URI and an address', [good, { type: 'email', value: 'ann@acme.example' }]],
    ['a URI and a host', [good, { type: 'dns', value: 'acme.example' }]],
    ['a host alone', [{ type: 'dns', value: 'acme.example' }]],
    ['an IP address alone', [{ type: 'ip', value: '127.0.0.1' }]],
    ['a directory name alone', [{ type: 'dn', value: 'CN=acme' }]],
    ['a host that looks like a URI', [{ type: 'dns', value: `x, URI:${SIGNER.subject}` }]],
    ['an address with a URI in it', [{ type: 'email', value: `x, URI:${SIGNER.subject}` }]],
    ['a URI with a comma', [{ type: 'url', value: 'https://a.example/,URI:https://b.example/' }]],
    ['a URI with a quote', [{ type: 'url', value: 'https://a.example/"' }]],
    ['a URI with a backslash', [{ type: 'url', value: 'https://a.example/\\' }]],
    ['a URI with a space', [{ type: 'url', value: `${SIGNER.subject} ` }]],
    ['a URI with a newline', [{ type: 'url', value: `${SIGNER.subject}\n` }]],
    ['a URI with a NUL', [{ type: 'url', value: `${SIGNER.subject}\0.evil.example` }]],
    ['an empty URI', [{ type: 'url', value: '' }]],
  ])('is refused where there is %s', async (_, names) => {
    await expect(subjectOf(names)).rejects.toThrow('not one subject');
  });
});
