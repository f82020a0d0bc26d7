// Why a bundle is refused, in words that are not those of the library.
import { ValidationError } from '@sigstore/bundle';
import type { Signer as Found, SignedEntity, Verifier } from '@sigstore/verify';
import type { Check, CheckName } from '../domain/evidence/verification.ts';
import { failed, passed } from './checks.ts';
import { NOBODY, type SignatureResult } from './signed-by.ts';

/** The result of a task, or what it throws. */
export function attempt<Result>(task: () => Result): Result | Error {
  try {
    return task();
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** What is wrong with a document that is no bundle, by what the library threw. */
export function faultOfBundle(error: Error): string {
  if (error instanceof ValidationError) return `${error.message}: missing or wrong: ${error.fields.join(', ')}`;
  // Other messages come from JavaScript, and describe the library.
  return error.message.startsWith('Unrecognized enum value')
    ? error.message
    : 'invalid bundle: a field of it is of another type than the specification has';
}

/** At least one log, one certificate log and one time. Nothing lowers them. */
export const THRESHOLDS = { tlogThreshold: 1, ctlogThreshold: 1, timestampThreshold: 1 };

/** A check that failed; null if it is not known which. */
export type Fault = { readonly check: CheckName | null; readonly code: string; readonly detail: string };

/**
 * The signer that the library finds, or the check that fails. An error without a code means that
 * the library cannot parse a part of the bundle: taking its steps one by one finds out which.
 */
export function verifiedBy(verifier: Verifier, entity: SignedEntity): { signer: Found } | { fault: Fault } {
  const signer = attempt(() => verifier.verify(entity));
  if (!(signer instanceof Error)) return { signer };
  const code = String((signer as { code?: unknown }).code ?? '');
  const check = CHECKS.find(([word]) => code.startsWith(word))?.[1];
  if (check !== undefined) return { fault: { check, code: code.toLowerCase(), detail: signer.message } };
  const step = STEPS.find(({ run }) => attempt(() => run(verifier as unknown as Steps, entity)) instanceof Error);
  if (step === undefined)
    return { fault: { check: null, code: 'verifier_failed', detail: 'The library failed on it' } };
  return { fault: step };
}

type Steps = {
  verifyTimestamps(entity: SignedEntity): Date[];
  verifySigningKey(entity: SignedEntity, times: Date[]): Found;
  verifyTLogs(entity: SignedEntity): void;
  verifySignature(entity: SignedEntity, signer: Found): void;
};

export const KEY_TYPES =
  'Signatures over bytes are verified with ECDSA on P-256 and P-384 and with RSA (PKCS #1 v1.5): other ' +
  'keys sign more than a digest';

const STEPS: readonly (Fault & { run(steps: Steps, entity: SignedEntity): unknown })[] = [
  {
    check: 'timestamp',
    code: 'timestamp_error',
    detail: 'A proof of the time lacks a part, or has an odd one',
    run: (steps, entity) => steps.verifyTimestamps(entity),
  },
  {
    check: 'certificate',
    code: 'certificate_error',
    detail: 'The certificate lacks a part, or has an odd one',
    run: (steps, entity) => steps.verifySigningKey(entity, steps.verifyTimestamps(entity)),
  },
  {
    check: 'log',
    code: 'tlog_body_error',
    detail: 'An entry of the log lacks a part, or has an odd one',
    run: (steps, entity) => steps.verifyTLogs(entity),
  },
  {
    check: 'signature',
    code: 'key_type_unsupported',
    detail: KEY_TYPES,
    run: (steps, entity) =>
      steps.verifySignature(entity, steps.verifySigningKey(entity, steps.verifyTimestamps(entity))),
  },
];

// The library's checks in their order, and the first word of the codes that each fails with.
const CHECKS: readonly (readonly [word: string, check: CheckName])[] = [
  ['TIMESTAMP', 'timestamp'],
  ['CERTIFICATE', 'certificate'],
  ['PUBLIC_KEY', 'key'],
  ['TLOG', 'log'],
  ['SIGNATURE', 'signature'],
];

export function refusedBy({ check, code, detail }: Fault, keyless: boolean): SignatureResult {
  if (check === null) return refused(keyless, 'signature', code, detail);
  return refused(keyless, check, code, detail, check !== 'timestamp');
}

const KEYLESS: readonly CheckName[] = ['timestamp', 'certificate', 'log', 'signature'];
const KEYED: readonly CheckName[] = ['timestamp', 'key', 'log', 'signature'];

/**
 * A result with one failed check. With `inOrder`, the checks before it were made and passed.
 * Otherwise nothing is known of them, and they are reported as not made, like the checks after it.
 */
export function refused(
  keyless: boolean,
  check: CheckName,
  code: string,
  detail: string,
  inOrder = false,
): SignatureResult {
  const order = keyless ? KEYLESS : KEYED;
  const at = order.indexOf(check);
  const checks = order.map((one, index): Check => {
    if (one === check) return failed(one, code, detail);
    if (inOrder && index < at && one !== 'timestamp') return passed(one, 'It was checked and held');
    return failed(one, 'not_checked', `It was not checked, as ${check} does not hold`);
  });
  if (at === -1) checks.push(failed(check, code, detail));
  return { checks, signers: [], signedAt: null, by: NOBODY };
}

/** Of the results of failed attempts, the one in which more checks passed: it says most. */
export function furthest(before: SignatureResult | null, now: SignatureResult): SignatureResult {
  const passedIn = (one: SignatureResult | null) => one?.checks.filter(({ held }) => held).length ?? -1;
  return before !== null && passedIn(before) >= passedIn(now) ? before : now;
}
