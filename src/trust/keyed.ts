// Bundles signed with a key of the trust policy.
import { type SignedEntity, Verifier } from '@sigstore/verify';
import { timeOf } from './bundle-parts.ts';
import { failed, passed } from './checks.ts';
import type { CompiledTrust, TrustedKey } from './compiled.ts';
import type { Checkable } from './content.ts';
import { checkLog, keyOfEntry } from './log-entry.ts';
import { attempt, furthest, KEY_TYPES, refused, refusedBy, THRESHOLDS, verifiedBy } from './refusal.ts';
import { NOBODY, type SignatureResult } from './signed-by.ts';

/**
 * Verifies a bundle with the trusted keys. Its hint says which key to use, and is not signed: every
 * key is tried. Comparing signatures first leaves few keys to verify with each root.
 */
export function verifyWithKey(entity: Checkable, trust: CompiledTrust): SignatureResult {
  const signing = trust.keys.filter((key) => attempt(() => entity.isOf(key)) === true);
  let last: SignatureResult | null = null;
  for (const key of signing) {
    const own = { ...entity, signature: { ...entity.signature, verifySignature: () => entity.isOf(key) } };
    for (const { material } of trust.roots) {
      const validFor = (date: Date) => key.isValidAt(date.toISOString());
      const publicKey = () => ({ publicKey: key.key, validFor });
      const found = verifiedBy(new Verifier({ ...material, publicKey }, THRESHOLDS), own);
      if ('fault' in found) last = furthest(last, refusedBy(found.fault, false));
      else return keyed(entity, key, trust.threshold);
    }
  }
  return last ?? ofNoKey(entity, trust);
}

function ofNoKey(entity: Checkable, trust: CompiledTrust): SignatureResult {
  const refuse = (code: string, detail: string) => refused(false, 'signature', code, detail);
  for (const key of trust.keys) {
    const reason = attempt(() => entity.notAccepted(key));
    if (reason !== null && !(reason instanceof Error))
      return refuse(reason.code, `Of the key ${key.name}: ${reason.detail}`);
  }
  const logged = entity.tlogEntries.map(keyOfEntry).find((one) => one !== null) ?? null;
  const named = trust.keys.find(({ digest }) => digest === logged);
  if (named === undefined) {
    const of = logged === null ? '' : `: its entry in the log is of the key ${logged}`;
    return refuse('key_unknown', `It is of no key that is trusted${of}`);
  }
  if (attempt(() => entity.signature.verifySignature(named.key)) instanceof Error)
    return refuse('key_type_unsupported', `The key ${named.name} is ${named.key.asymmetricKeyType}. ${KEY_TYPES}`);
  return refuse('signature_error', `Its entry in the log is of the key ${named.name}, and the signature is not good`);
}

function keyed(entity: SignedEntity, { name, key, digest, isNpm }: TrustedKey, threshold: number): SignatureResult {
  const checks = [
    passed('signature', `It is of the key ${name}`),
    threshold === 1 || isNpm
      ? passed('key', 'It was valid at the time')
      : failed('key', 'key_threshold', `${threshold} keys must have signed, and a bundle has one signature`),
    checkLog(entity, key),
    passed('timestamp', 'Within the validity of the key'),
    passed('identity', name),
  ];
  const signers = [{ trusted_as: name, issuer: null, subject: null, key: digest }];
  return { checks, signers, signedAt: timeOf(entity), by: { ...NOBODY, keys: [name] } };
}
