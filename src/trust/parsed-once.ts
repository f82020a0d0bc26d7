// Certificates whose parts are parsed once. The getters of the library parse and encode DER anew at
// each use, which took two thirds of the time of verifying a bundle.
import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import type { ASN1Obj, X509Certificate } from '@sigstore/core';
import { encodedDer } from './der.ts';

/** `der` are its bytes, and `key` is the key in it. */
export type ParsedOnce = X509Certificate & { readonly der: Buffer; readonly key: KeyObject };

/**
 * A certificate that answers as the one that is given, and parses each of its parts once. It
 * remembers parts of its own bytes, and never whether a signature was good: `verify` verifies each
 * time. Neither it nor the given one may be changed: `clone` returns a copy that may be.
 */
export function parsedOnce(certificate: X509Certificate): ParsedOnce {
  const der = once(() => encodedDer(certificate.root));
  const signed = once(() => encodedDer(certificate.tbsCertificate));
  const publicKey = once(() => certificate.publicKey);
  const key = once(() => createPublicKey({ key: publicKey(), format: 'der', type: 'spki' }));
  const algorithm = once(() => certificate.signatureAlgorithm);
  const isCA = once(() => certificate.isCA);
  const [from, until] = [once(() => certificate.notBefore), once(() => certificate.notAfter)];
  const methods = {
    findExtension: extensionsOf(certificate),
    verify: (issuer: X509Certificate = own) =>
      isSignature(keyOf(issuer), signed(), certificate.signatureValue, algorithm()),
    validForDate: (date: Date) => from() <= date && date <= until(),
    equals: (other: X509Certificate) => der().equals(isParsedOnce(other) ? other.der : encodedDer(other.root)),
    clone: () => copyOf(certificate),
  };
  const own: ParsedOnce = Object.create(certificate, {
    der: { get: der },
    key: { get: key },
    publicKey: { get: publicKey },
    isCA: { get: isCA },
    ...Object.fromEntries(Object.entries(methods).map(([name, value]) => [name, { value }])),
  });
  return own;
}

const isParsedOnce = (one: X509Certificate): one is ParsedOnce => 'der' in one;

function keyOf(issuer: X509Certificate): KeyObject {
  return isParsedOnce(issuer) ? issuer.key : createPublicKey({ key: issuer.publicKey, format: 'der', type: 'spki' });
}

// What throws is tried again, and throws again.
function once<Value>(parse: () => Value): () => Value {
  let parsed: { readonly value: Value } | null = null;
  return () => {
    parsed ??= { value: parse() };
    return parsed.value;
  };
}

// As the library finds them: the first one with that OID, and those behind it are not looked at.
function extensionsOf(certificate: X509Certificate): (oid: string) => ASN1Obj | undefined {
  const oids = new Map<ASN1Obj, string>();
  const oidOf = (extension: ASN1Obj) => {
    const oid = oids.get(extension) ?? (extension.subs[0] as ASN1Obj).toOID();
    oids.set(extension, oid);
    return oid;
  };
  return (oid) => certificate.extensions.find((extension) => oidOf(extension) === oid);
}

function isSignature(key: KeyObject, data: Buffer, signature: Buffer, algorithm: string): boolean {
  try {
    return verify(algorithm, data, key, signature);
  } catch {
    return false;
  }
}

// The library verifies promises of certificate logs over a copy from which it takes an extension.
function copyOf(certificate: X509Certificate): X509Certificate {
  const copy: X509Certificate = Object.assign(Object.create(Object.getPrototypeOf(certificate)), {
    root: treeOf(certificate.root),
  });
  const { tbsCertificate } = copy;
  Object.assign(tbsCertificate, { toDER: () => encodedDer(tbsCertificate) });
  return copy;
}

function treeOf(object: ASN1Obj): ASN1Obj {
  const { tag, value, subs } = object;
  return Object.assign(Object.create(Object.getPrototypeOf(object)), { tag, value, subs: subs.map(treeOf) });
}
