import { X509Certificate } from '@sigstore/core';
import { describe, expect, it } from 'vitest';
import { parsedOnce } from '../../src/trust/parsed-once.ts';
import { bundle, plain, stamped } from './bundles.ts';
import { knownCertificates, mutated, parsed, seeded } from './odd-certificates.ts';

/** What a call returns, or that it throws. */
function said(call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    return { threw: String(error) };
  }
}

const GETTERS = [
  ...['version', 'serialNumber', 'notBefore', 'notAfter', 'issuer', 'subject', 'publicKey', 'signatureAlgorithm'],
  ...['signatureValue', 'subjectAltName', 'isCA'],
] as const;
const EXTENSIONS = [
  ...['extKeyUsage', 'extBasicConstraints', 'extSubjectAltName', 'extAuthorityKeyID', 'extSubjectKeyID', 'extSCT'],
] as const;
const OIDS = ['1.3.6.1.4.1.57264.1.1', '1.3.6.1.4.1.57264.1.8', '2.5.29.15', '2.5.29.19', '1.2.3'];
const DATES = [0, 1_700_000_000_000, Date.now(), 4_102_444_800_000].map((time) => new Date(time));

const own = (one: object, name: string) => (one as Record<string, unknown>)[name];
const bytesIn = (extension: unknown) => (extension === undefined ? null : own(extension as object, 'value'));

/** Everything that a verifier asks of a certificate, with its issuers. */
function everything(one: X509Certificate, issuers: readonly X509Certificate[]): Record<string, unknown> {
  const extension = (name: string) => own(one, name) as object | undefined;
  return Object.fromEntries([
    ...GETTERS.map((name) => [name, said(() => own(one, name))]),
    ...EXTENSIONS.map((name) => [name, said(() => bytesIn(extension(name)))]),
    ...OIDS.map((oid) => [oid, said(() => bytesIn(one.extension(oid)))]),
    ...DATES.map((date) => [date.toISOString(), said(() => one.validForDate(date))]),
    ['ca', said(() => one.extBasicConstraints?.isCA)],
    ['path', said(() => one.extBasicConstraints?.pathLenConstraint)],
    ['authority', said(() => one.extAuthorityKeyID?.keyIdentifier)],
    ['key', said(() => one.extSubjectKeyID?.keyIdentifier)],
    ['promises', said(() => one.extSCT?.signedCertificateTimestamps)],
    ['extensions', said(() => one.extensions.map((node) => node.subs[0]?.toOID()))],
    ['signed', said(() => one.tbsCertificate.toDER())],
    ['whole', said(() => one.root.toDER())],
    ['self', said(() => one.verify())],
    ...issuers.flatMap((issuer, index) => [
      [`by ${index}`, said(() => one.verify(issuer))],
      [`issues ${index}`, said(() => issuer.verify(one))],
      [`equals ${index}`, said(() => one.equals(issuer))],
    ]),
    ['equals itself', said(() => one.equals(one))],
  ]);
}

/** The certificate without its promises of certificate logs, as the library verifies those. */
function preCertificate(one: X509Certificate): Buffer {
  const copy = one.clone();
  const index = copy.extensions.findIndex((node) => said(() => node.subs[0]?.toOID()) === '1.3.6.1.4.1.11129.2.4.2');
  copy.extensions.splice(Math.max(index, 0), 1);
  return copy.tbsCertificate.toDER();
}

const authorities = [plain, stamped].flatMap(({ root: { certificateAuthorities } }) =>
  certificateAuthorities.flatMap(({ certChain }) =>
    certChain.certificates.map(({ rawBytes }) => X509Certificate.parse(Buffer.from(rawBytes, 'base64'))),
  ),
);
const known = authorities.map(parsedOnce);
const leafOf = () =>
  X509Certificate.parse(Buffer.from(bundle.verificationMaterial.certificate?.rawBytes ?? '', 'base64'));

function expectSame(der: Buffer): void {
  const [theirs, plainOne] = [parsed(der), parsed(der)];
  if (theirs === null || plainOne === null) throw new Error('It is no certificate');
  const once = parsedOnce(plainOne);
  const wanted = everything(theirs, authorities);
  const hex = der.toString('hex');
  expect(everything(once, known), hex).toEqual(wanted);
  // Beside certificates that are not parsed once, too.
  expect(everything(once, authorities), hex).toEqual(wanted);
  // Nothing is another thing when it is asked again, nor is the copy the certificate.
  const without = said(() => preCertificate(theirs));
  expect(
    said(() => preCertificate(once)),
    hex,
  ).toEqual(without);
  expect(everything(once, known), hex).toEqual(wanted);
  expect(
    said(() => preCertificate(once)),
    hex,
  ).toEqual(without);
}

describe('a certificate that is parsed once', () => {
  it('answers as the one of the library, if it is a known one', () => {
    const certificates = knownCertificates();
    expect(certificates.length).toBeGreaterThanOrEqual(6);
    for (const der of certificates) expectSame(der);
  });

  it('answers as the one of the library, if its bytes were changed at random', { tags: 'slow' }, () => {
    const below = seeded('parsed once');
    const certificates = knownCertificates();
    let taken = 0;
    for (let round = 0; round < 250; round += 1) {
      const once = mutated(certificates[below(certificates.length)] as Buffer, below);
      const der = below(3) === 0 ? mutated(once, below) : once;
      if (parsed(der) === null) continue;
      taken += 1;
      expectSame(der);
    }
    expect(taken).toBeGreaterThan(100);
  });

  it('throws again what it threw, and never answers in its place', () => {
    const broken = X509Certificate.parse(Buffer.from('3000', 'hex'));
    const once = parsedOnce(broken);
    for (let time = 0; time < 2; time += 1) {
      expect(() => once.isCA).toThrow(TypeError);
      expect(() => once.publicKey).toThrow(TypeError);
      expect(() => once.key).toThrow(TypeError);
      expect(() => once.verify()).toThrow(TypeError);
      expect(() => once.validForDate(new Date(0))).toThrow(TypeError);
    }
    expect(once.equals(parsedOnce(X509Certificate.parse(Buffer.from('3000', 'hex'))))).toBe(true);
    expect(once.equals(parsedOnce(leafOf()))).toBe(false);
  });

  it('verifies a signature each time, by the key of the issuer that it is given', () => {
    const [issuer, stranger] = known as [(typeof known)[0], (typeof known)[0]];
    const leaf = parsedOnce(leafOf());
    const answers = [issuer, stranger, issuer, undefined, issuer].map((one) => leaf.verify(one));
    expect(answers).toEqual([true, false, true, false, true]);
    expect(leaf.key.equals(issuer.key)).toBe(false);
  });

  it('is not its copy: what is taken from a copy is still in it, and in the next copy', () => {
    const leaf = parsedOnce(leafOf());
    const count = leaf.extensions.length;
    const first = leaf.clone();
    first.extensions.splice(0, 2);
    expect([leaf.extensions.length, first.extensions.length, leaf.clone().extensions.length]).toEqual([
      count,
      count - 2,
      count,
    ]);
    expect(first.tbsCertificate.toDER().length).toBeLessThan(leaf.tbsCertificate.toDER().length);
    expect(leaf.clone().root.toDER().equals(leafOf().root.toDER())).toBe(true);
  });
});
