// Entries of transparency logs, and the key that each is of.
import { createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';
import type { SignedEntity } from '@sigstore/verify';
import type { Check } from '../domain/evidence/verification.ts';
import { field, listOf, objectOf, textOf } from '../json/fields.ts';
import { jsonValue } from '../json/value.ts';
import { failed, passed } from './checks.ts';
import { keyDigest } from './public-key.ts';
import { attempt } from './refusal.ts';

/**
 * The check `log`: every entry is of the key that signed. The library compares the signature and
 * digest of an entry with the bundle, but not the key, and an entry that somebody else made of the
 * same signature must not count (GHSA-whqx-f9j3-ch6m of cosign). `leaf` is the certificate of the
 * signer: an entry that has the same certificate, byte for byte, is of the key in it, and need not
 * be parsed.
 */
export function checkLog({ tlogEntries }: SignedEntity, key: KeyObject, leaf: X509Certificate | null = null): Check {
  const isOwn = leaf !== null && attempt(() => leaf.publicKey.equals(key)) === true ? isCertificate(leaf) : () => false;
  const isStrange = (entry: Entry) => {
    const source = sourceOf(entry);
    return !isOwn(source) && keyOf(source) !== keyDigest(key);
  };
  if (tlogEntries.length === 0 || tlogEntries.some(isStrange))
    return failed('log', 'log_of_another_key', 'An entry of the log is of another key than signed');
  return passed('log', `Entries: ${tlogEntries.length}`);
}

type Entry = SignedEntity['tlogEntries'][number];

/** The digest of the key in an entry of a log; null if it has none. */
export function keyOfEntry(entry: Entry): string | null {
  return keyOf(sourceOf(entry));
}

// Where the key of an entry is, in base64. Rekor v1 has PEM, of a certificate or a key; v2 has DER.
type Source = { readonly form: 'pem' | 'certificate' | 'key'; readonly base64: string };

function sourceOf({ canonicalizedBody }: Entry): Source | null {
  const found = attempt(() => sourceIn(jsonValue(canonicalizedBody.toString('utf8'))));
  return found instanceof Error ? null : found;
}

function sourceIn(body: unknown): Source | null {
  const spec = field(body, 'spec');
  const [, v2] = Object.entries(objectOf(spec) ?? {}).find(([name]) => /V002$/.test(name)) ?? [];
  const verifier = field(v2, 'signature', 'verifier') ?? field(listOf(v2, 'signatures')[0], 'verifier');
  if (verifier !== undefined) {
    const certificate = textOf(verifier, 'x509Certificate', 'rawBytes');
    if (certificate !== null) return { form: 'certificate', base64: certificate };
    return { form: 'key', base64: textOf(verifier, 'publicKey', 'rawBytes') ?? '' };
  }
  const pem =
    textOf(spec, 'signature', 'publicKey', 'content') ??
    textOf(listOf(spec, 'signatures')[0], 'verifier') ??
    textOf(listOf(spec, 'content', 'envelope', 'signatures')[0], 'publicKey');
  return pem === null ? null : { form: 'pem', base64: pem };
}

const KEYS: Record<Source['form'], (bytes: Buffer) => KeyObject> = {
  pem: (bytes) => createPublicKey(bytes.toString('utf8')),
  certificate: (bytes) => new X509Certificate(bytes).publicKey,
  key: (bytes) => createPublicKey({ key: bytes, format: 'der', type: 'spki' }),
};

function keyOf(source: Source | null): string | null {
  if (source === null) return null;
  const digest = attempt(() => keyDigest(KEYS[source.form](Buffer.from(source.base64, 'base64'))));
  return digest instanceof Error ? null : digest;
}

// Whether a source is a certificate, in the form in which Rekor writes it.
function isCertificate({ raw }: X509Certificate): (source: Source | null) => boolean {
  const der = raw.toString('base64');
  const lines = der.match(/.{1,64}/g) ?? [];
  const pem = ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
  const forms: Record<Source['form'], string | null> = {
    pem: Buffer.from(pem).toString('base64'),
    certificate: der,
    key: null,
  };
  return (source) => source !== null && source.base64 === forms[source.form];
}
