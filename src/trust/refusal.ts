// What comes of verifying who signed something, and why a bundle is refused: in words that are not those of the library.
import { ValidationError } from '@sigstore/bundle';
import type { Signer as Found, SignedEntity, Verifier } from '@sigstore/verify';
import type { Check, CheckName, Signer } from '../domain/evidence/verification.ts';
import { failed, held, type SignedBy } from './provenance.ts';

/** What is known of who signed something. */
export type Verified = {
  readonly links: Check[];
  readonly signers: Signer[];
  readonly signedAt: string | null;
  readonly by: SignedBy;
};

export const NOBODY: SignedBy = { identities: [], exact: [], keys: [], subject: null, claims: null };

/** What a task gives, or what it throws. */
export function attempt<Result>(task: () => Result): Result | Error {
  try {
    return task();
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** What is wrong with what is no bundle, by what the library threw. */
export function faultOfBundle(error: Error): string {
  if (error instanceof ValidationError) return `${error.message}: missing or wrong: ${error.fields.join(', ')}`;
  // The rest is of JavaScript, and speaks of the library.
  return error.message.startsWith('Unrecognized enum value')
    ? error.message
    : 'invalid bundle: a field of it is of another type than the specification has';
}

export type Fault = { readonly link: CheckName | null; readonly code: string; readonly detail: string };

// What fails without a code is a part that the library cannot take apart. Its steps, taken one by one, tell which.
export function verifiedBy(verifier: Verifier, entity: SignedEntity): { signer: Found } | { fault: Fault } {
  const signer = attempt(() => verifier.verify(entity));
  if (!(signer instanceof Error)) return { signer };
  const code = String((signer as { code?: unknown }).code ?? '');
  const link = CHECKS.find(([word]) => code.startsWith(word))?.[1];
  if (link !== undefined) return { fault: { link, code: code.toLowerCase(), detail: signer.message } };
  const step = STEPS.find(({ run }) => attempt(() => run(verifier as unknown as Steps, entity)) instanceof Error);
  if (step === undefined) return { fault: { link: null, code: 'verifier_failed', detail: 'The library failed on it' } };
  return { fault: step };
}

type Steps = {
  verifyTimestamps(entity: SignedEntity): Date[];
  verifySigningKey(entity: SignedEntity, times: Date[]): Found;
  verifyTLogs(entity: SignedEntity): void;
  verifySignature(entity: SignedEntity, signer: Found): void;
};

export const KEY_TYPES =
  'Signatures over bytes are verified with ECDSA on P-256 and P-384 and with RSA (PKCS #1 v1.5): other keys sign more than a digest';

const STEPS: readonly (Fault & { run(steps: Steps, entity: SignedEntity): unknown })[] = [
  {
    link: 'timestamp',
    code: 'timestamp_error',
    detail: 'A proof of the time lacks a part, or has an odd one',
    run: (steps, entity) => steps.verifyTimestamps(entity),
  },
  {
    link: 'certificate',
    code: 'certificate_error',
    detail: 'The certificate lacks a part, or has an odd one',
    run: (steps, entity) => steps.verifySigningKey(entity, steps.verifyTimestamps(entity)),
  },
  {
    link: 'log',
    code: 'tlog_body_error',
    detail: 'An entry of the log lacks a part, or has an odd one',
    run: (steps, entity) => steps.verifyTLogs(entity),
  },
  {
    link: 'signature',
    code: 'key_type_unsupported',
    detail: KEY_TYPES,
    run: (steps, entity) =>
      steps.verifySignature(entity, steps.verifySigningKey(entity, steps.verifyTimestamps(entity))),
  },
];

// The order in which the library checks, and the first word of the codes that it fails with.
const CHECKS: readonly (readonly [word: string, link: CheckName])[] = [
  ['TIMESTAMP', 'timestamp'],
  ['CERTIFICATE', 'certificate'],
  ['PUBLIC_KEY', 'key'],
  ['TLOG', 'log'],
  ['SIGNATURE', 'signature'],
];

export function refusedBy({ link, code, detail }: Fault, keyless: boolean): Verified {
  if (link === null) return refused(keyless, 'signature', code, detail);
  return refused(keyless, link, code, detail, link !== 'timestamp');
}

const KEYLESS: readonly CheckName[] = ['timestamp', 'certificate', 'log', 'signature'];
const KEYED: readonly CheckName[] = ['timestamp', 'key', 'log', 'signature'];

/** A chain of which one link did not hold. Those checked before it are told as held, where that is known; those after it were not checked. */
export function refused(keyless: boolean, link: CheckName, code: string, detail: string, inOrder = false): Verified {
  const order = keyless ? KEYLESS : KEYED;
  const at = order.indexOf(link);
  const links = order.map((one, index): Check => {
    if (one === link) return failed(one, code, detail);
    if (inOrder && index < at && one !== 'timestamp') return held(one, 'It was checked and held');
    return failed(one, 'not_checked', `It was not checked, as ${link} does not hold`);
  });
  if (at === -1) links.push(failed(link, code, detail));
  return { links, signers: [], signedAt: null, by: NOBODY };
}
