// What a certificate of Fulcio says about the signer:
// https://github.com/sigstore/fulcio/blob/main/docs/oid-info.md
import { X509Certificate } from 'node:crypto';
import type { ObjectIdentifierValuePair } from '@sigstore/verify';
import type { CertificateClaims } from '../domain/evidence/verification.ts';

export type CertificateIdentity = {
  readonly issuer: string;
  readonly subject: string;
  readonly claims: CertificateClaims;
};

const ARC = '1.3.6.1.4.1.57264.1.';
const GITHUB_ISSUER = 'https://token.actions.githubusercontent.com';

/** A certificate as OpenSSL reads it, and the identity in it. */
export type Identified = { readonly certificate: X509Certificate; readonly identity: CertificateIdentity };

/**
 * The identity in a certificate that was verified. `extensions` are those of the certificate, as
 * the verifier found them. Throws if the certificate is ambiguous: different issuers in the old and
 * the new form, a claim twice, two subjects, or bytes that are no UTF-8.
 */
export function identityOf(der: Uint8Array, extensions: readonly ObjectIdentifierValuePair[]): CertificateIdentity {
  return identifiedBy(der, extensions).identity;
}

/** The same with the certificate, which takes long to parse. */
export function identifiedBy(der: Uint8Array, extensions: readonly ObjectIdentifierValuePair[]): Identified {
  const found = new Map<string, Uint8Array>();
  for (const { oid, value } of extensions) {
    const id = oid?.id.join('.') ?? '';
    if (!id.startsWith(ARC)) continue;
    if (found.has(id)) throw new Error(`The certificate has the extension ${id} twice`);
    found.set(id, value);
  }
  const old = (number: number) => strictText(found.get(ARC + number));
  const claim = (number: number) => utf8String(found.get(ARC + number));
  const [issuer, oldIssuer] = [claim(8), old(1)];
  if (issuer !== null && oldIssuer !== null && issuer !== oldIssuer)
    throw new Error('The certificate names two issuers');
  const by = issuer ?? oldIssuer;
  if (by === null) throw new Error('The certificate names no issuer');
  const oldRepository = by === GITHUB_ISSUER && old(5) !== null ? `https://github.com/${old(5)}` : null;
  const certificate = new X509Certificate(der);
  const subject = subjectOf(certificate);
  const identity = {
    issuer: by,
    subject,
    claims: {
      source_repository: oneOf(claim(12), oldRepository),
      source_repository_id: claim(15),
      source_ref: oneOf(claim(14), old(6)),
      source_digest: oneOf(claim(13), old(3)),
      build_signer: claim(9),
      build_config: claim(18),
      run: claim(21),
      runner: claim(11),
      trigger: oneOf(claim(20), old(2)),
      visibility: claim(22),
    },
  };
  return { certificate, identity };
}

function oneOf(claim: string | null, old: string | null): string | null {
  if (claim !== null && old !== null && claim !== old)
    throw new Error(`The certificate claims both ${claim} and ${old}`);
  return claim ?? old;
}

// Node quotes names that could be taken for several, and gives everything that is neither a URI nor
// an address another prefix.
function subjectOf(certificate: X509Certificate): string {
  const names = certificate.subjectAltName ?? '';
  const [, uri, address] = /^(?:URI:([^\s",\\]+)|email:([^\s",\\/]+@[^\s",\\/]+))$/.exec(names) ?? [];
  const subject = uri ?? address;
  if (subject === undefined) throw new Error('The certificate has not one subject that is a URI or an e-mail address');
  return subject;
}

function strictText(bytes: Uint8Array | undefined): string | null {
  if (bytes === undefined || bytes.length === 0) return null;
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
}

// DER: the tag of UTF8String, the length in its short form or in one or two bytes, and nothing
// after the text.
function utf8String(bytes: Uint8Array | undefined): string | null {
  if (bytes === undefined) return null;
  const [tag, first = 0, second = 0, third = 0] = bytes;
  const [start, length] =
    first < 0x80 ? [2, first] : first === 0x81 ? [3, second] : first === 0x82 ? [4, second * 256 + third] : [0, -1];
  if (tag !== 0x0c || bytes.length !== start + length) throw new Error('A claim of the certificate is no UTF8String');
  return strictText(bytes.subarray(start));
}
