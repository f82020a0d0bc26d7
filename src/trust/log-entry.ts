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
 * same signature must not count (GHSA-whqx-f9j3-ch6m of cosign).
 */
export function checkLog({ tlogEntries }: SignedEntity, key: KeyObject): Check {
  const own = keyDigest(key);
  const strange = tlogEntries.find((entry) => keyOfEntry(entry) !== own);
  if (strange !== undefined || tlogEntries.length === 0)
    return failed('log', 'log_of_another_key', 'An entry of the log is of another key than signed');
  return passed('log', `Entries: ${tlogEntries.length}`);
}

/** The digest of the key in an entry of a log; null if it has none. */
export function keyOfEntry({ canonicalizedBody }: SignedEntity['tlogEntries'][number]): string | null {
  const found = attempt(() => keyInEntry(jsonValue(canonicalizedBody.toString('utf8'))));
  return found instanceof Error ? null : found;
}

// Rekor v1 has PEM in base64, of a certificate or a key; v2 has DER.
function keyInEntry(body: unknown): string | null {
  const spec = field(body, 'spec');
  const [, v2] = Object.entries(objectOf(spec) ?? {}).find(([name]) => /V002$/.test(name)) ?? [];
  const verifier = field(v2, 'signature', 'verifier') ?? field(listOf(v2, 'signatures')[0], 'verifier');
  if (verifier !== undefined) {
    const certificate = textOf(verifier, 'x509Certificate', 'rawBytes');
    if (certificate !== null) return keyDigest(new X509Certificate(Buffer.from(certificate, 'base64')).publicKey);
    const rawBytes = Buffer.from(textOf(verifier, 'publicKey', 'rawBytes') ?? '', 'base64');
    return keyDigest(createPublicKey({ key: rawBytes, format: 'der', type: 'spki' }));
  }
  const pem =
    textOf(spec, 'signature', 'publicKey', 'content') ??
    textOf(listOf(spec, 'signatures')[0], 'verifier') ??
    textOf(listOf(spec, 'content', 'envelope', 'signatures')[0], 'publicKey');
  return pem === null ? null : keyDigest(createPublicKey(Buffer.from(pem, 'base64').toString('utf8')));
}
