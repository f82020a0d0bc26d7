// What is shown of a verified document: the state of each attestation within its run.
import { z } from 'zod';
import { utcTimestamp } from '../bounds.ts';
import { EvidenceKind } from './evidence-facts.ts';
import {
  type Attestation,
  allPassed,
  CertificateClaims,
  CHECK_EXAMPLE,
  Check,
  CLAIMS_EXAMPLE,
  SIGNER_EXAMPLE,
  Signer,
  words,
} from './verification.ts';

export const AttestationState = z.enum(['verified', 'unbound', 'refused', 'stale']).meta({
  id: 'AttestationState',
  description:
    '`verified`: every check passed. `unbound`: every check but `subject` passed: it names no content of ' +
    'the run. `refused`: another check failed. `stale`: the trust policy has changed since; it will be ' +
    'verified again soon.',
  examples: ['verified'],
});
export type AttestationState = z.infer<typeof AttestationState>;

const ATTESTATION_EXAMPLE = {
  state: 'verified',
  pointer: '',
  kind: 'provenance',
  predicate_type: 'https://slsa.dev/provenance/v1',
  signers: [SIGNER_EXAMPLE],
  signed_at: '2026-01-31T10:05:30.000Z',
  claims: CLAIMS_EXAMPLE,
  links: [CHECK_EXAMPLE],
  about: ['0199a1c2-8e11-7a3c-9b2d-3c4d5e6f7a8b'],
} as const;

export const AttestationReport = z
  .object({
    state: AttestationState,
    pointer: z.string().meta({
      description: 'Its place in the document: a JSON Pointer (RFC 6901); empty for the whole document.',
      examples: ['/attestations/1/bundle'],
    }),
    kind: EvidenceKind,
    predicate_type: words('The type of its predicate; null if it has none.', 'https://slsa.dev/provenance/v1'),
    signers: z.array(Signer).meta({
      description:
        'Who signed, each key once. Keys that were not valid at that time do not count: the `detail` of the ' +
        'check `key` names them.',
      examples: [[SIGNER_EXAMPLE]],
    }),
    signed_at: utcTimestamp()
      .nullable()
      .meta({
        description: 'The signing time that a log or timestamp authority proves, or else when Maestro received it.',
        examples: ['2026-01-31T10:05:30.000Z'],
      }),
    claims: CertificateClaims.nullable().meta({
      description: 'What the certificate says about the build; null if no certificate was verified.',
      examples: [CLAIMS_EXAMPLE],
    }),
    links: z.array(Check).meta({ description: 'The result of every check.', examples: [[CHECK_EXAMPLE]] }),
    about: z.array(z.string()).meta({
      description:
        'The artifacts of the run whose content it names by SHA-256 or SHA-512, whatever its state: the first 100.',
      examples: [['0199a1c2-8e11-7a3c-9b2d-3c4d5e6f7a8b']],
    }),
  })
  .meta({
    id: 'AttestationReport',
    description: 'Something that is signed, and the results of its checks.',
    examples: [ATTESTATION_EXAMPLE],
  });
export type AttestationReport = z.infer<typeof AttestationReport>;

const LIBRARIES_EXAMPLE = { '@sigstore/verify': '4.1.3', '@sigstore/bundle': '5.0.1', '@noble/curves': '2.4.0' };

export const VerificationReport = z
  .object({
    trust_digest: z.string().meta({
      description: 'SHA-256 of the trust policy that it was verified under, as hexadecimal digits.',
      examples: ['5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef'],
    }),
    stale: z.boolean().meta({ description: 'Whether the trust policy has changed since.', examples: [false] }),
    libraries: z
      .record(z.string(), z.string())
      .meta({ description: 'The libraries that verified it, with their versions.', examples: [LIBRARIES_EXAMPLE] }),
    attestations: z
      .array(AttestationReport)
      .meta({ description: 'What in the document is signed: the first 32.', examples: [[ATTESTATION_EXAMPLE]] }),
    attestations_total: z.int().meta({ description: 'How many attestations there are.', examples: [1] }),
  })
  .meta({ id: 'VerificationReport', description: 'The result of verifying the signatures in a document.' });
export type VerificationReport = z.infer<typeof VerificationReport>;

const MAX_ABOUT = 100;

/** An attestation within its run. `named` are the artifacts whose content it names. */
export function attestationReport(
  one: Readonly<Attestation>,
  isStale: boolean,
  named: readonly string[],
): AttestationReport {
  const { facts: _facts, tool: _tool, subjects: _subjects, subjects_total: _total, ...shown } = one;
  const links = [...shown.links, checkSubject(named)];
  return { state: stateOf(one, isStale, named), ...shown, links, about: named.slice(0, MAX_ABOUT) };
}

function stateOf(one: Readonly<Attestation>, isStale: boolean, named: readonly string[]): AttestationState {
  if (isStale) return 'stale';
  if (!allPassed(one)) return 'refused';
  return named.length > 0 ? 'verified' : 'unbound';
}

function checkSubject(named: readonly string[]): Check {
  if (named.length > 0)
    return { link: 'subject', held: true, code: null, detail: `It names the content of ${named.length} artifact(s)` };
  const detail = 'It names the content of no artifact of the run by SHA-256 or SHA-512';
  return { link: 'subject', held: false, code: 'unbound', detail };
}
