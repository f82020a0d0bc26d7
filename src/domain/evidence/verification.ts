// What the verifier found in a document that somebody signed: kept with its reading, and which of
// it counts as verified.
import { z } from 'zod';
import { utcTimestamp } from '../bounds.ts';
import { EvidenceFacts, EvidenceKind, Subject, Tool } from './evidence-facts.ts';

export const words = (what: string, example: string) =>
  z
    .string()
    .nullable()
    .meta({ description: what, examples: [example] });

/** The checks of an attestation, in the order in which they are reported. */
export const CHECK_NAMES = [
  'signature',
  'certificate',
  'key',
  'log',
  'timestamp',
  'identity',
  'payload_type',
  'predicate_type',
  'builder',
  'source',
  'subject',
] as const;
export type CheckName = (typeof CHECK_NAMES)[number];

export const CHECK_EXAMPLE = { link: 'identity', held: true, code: null, detail: 'acme-release' } as const;

export const Check = z
  .object({
    link: z.enum(CHECK_NAMES).meta({
      description:
        'What was checked. `signature`: it covers the payload. `certificate`: it chains to a trusted root. ' +
        '`key`: it was valid. `log`: a transparency log has an entry for it. `timestamp`: it was signed ' +
        'while the certificate was valid. `identity`: the signer is trusted. `payload_type`, ' +
        '`predicate_type`: these types are read. `builder`, `source`: they are trusted, and the signer may ' +
        'sign for them. `subject`: it names the content of an artifact of the same run.',
      examples: [CHECK_EXAMPLE.link],
    }),
    held: z.boolean().meta({ description: 'Whether the check was made and passed.', examples: [true] }),
    code: words('Why it did not pass, for programs; null if it passed. Codes are added, never renamed.', 'not_checked'),
    detail: words('Why it did not pass, as text; if it passed, what was found.', CHECK_EXAMPLE.detail),
  })
  .meta({
    id: 'Link',
    description: 'One of the checks from a signature to an artifact.',
    examples: [CHECK_EXAMPLE],
  });
export type Check = z.infer<typeof Check>;

export const SIGNER_EXAMPLE = {
  trusted_as: 'acme-release',
  issuer: 'https://token.actions.githubusercontent.com',
  subject: 'https://github.com/acme/payment-api/.github/workflows/release.yml@refs/heads/main',
  key: null,
};

export const Signer = z
  .object({
    trusted_as: words('The name of the identity or key in the trust file; null if it is not trusted.', 'acme-release'),
    issuer: words('Who vouched for the identity (OpenID Connect), as the certificate states.', SIGNER_EXAMPLE.issuer),
    subject: words('The identity, as the certificate states.', SIGNER_EXAMPLE.subject),
    key: words(
      'SHA-256 of the public key (SPKI, DER) as hexadecimal digits, if a key of the trust file signed; else null.',
      'c1d5cbc4ad9ee4bd1ba1d5e5a4e6b1d7f3f0a9c8b7a6958473625140f0e1d2c3',
    ),
  })
  .meta({ id: 'Signer', description: 'Who signed.', examples: [SIGNER_EXAMPLE] });
export type Signer = z.infer<typeof Signer>;

export const CLAIMS_EXAMPLE = {
  source_repository: 'https://github.com/acme/payment-api',
  source_repository_id: '123456789',
  source_ref: 'refs/heads/main',
  source_digest: 'a2b6c9ef0e9d4b1f8a7c6d5e4f3a2b1c0d9e8f7a',
  build_signer: SIGNER_EXAMPLE.subject,
  build_config: SIGNER_EXAMPLE.subject,
  run: 'https://github.com/acme/payment-api/actions/runs/42/attempts/1',
  runner: 'github-hosted',
  trigger: 'push',
  visibility: 'public',
};

export const CertificateClaims = z
  .object({
    source_repository: words('The repository (OID .12).', CLAIMS_EXAMPLE.source_repository),
    source_repository_id: words(
      'Its id, which stays the same if the repository is renamed (.15).',
      CLAIMS_EXAMPLE.source_repository_id,
    ),
    source_ref: words('Its branch or tag (.14).', CLAIMS_EXAMPLE.source_ref),
    source_digest: words('Its commit (.13).', CLAIMS_EXAMPLE.source_digest),
    build_signer: words('The workflow that signed, which may be a reusable one (.9).', CLAIMS_EXAMPLE.build_signer),
    build_config: words('The workflow that was started (.18).', CLAIMS_EXAMPLE.build_config),
    run: words('The run of that workflow (.21).', CLAIMS_EXAMPLE.run),
    runner: words('Where it ran: `github-hosted` or `self-hosted` (.11).', CLAIMS_EXAMPLE.runner),
    trigger: words('What started it, such as `push` or `release` (.20).', CLAIMS_EXAMPLE.trigger),
    visibility: words(
      'Whether everyone can see the repository: `public` or `private` (.22).',
      CLAIMS_EXAMPLE.visibility,
    ),
  })
  .meta({
    id: 'CertificateClaims',
    description:
      'What a certificate says about the build (OIDs 1.3.6.1.4.1.57264.1.N); a claim is null if it is not stated.',
    examples: [CLAIMS_EXAMPLE],
  });
export type CertificateClaims = z.infer<typeof CertificateClaims>;

/**
 * Something signed in a document: what it says, and its checks without `subject`, which depends on
 * the run. `links`, `link` and `held` are stored and sent, so these names stay.
 */
export const Attestation = z.object({
  pointer: z.string(),
  kind: EvidenceKind,
  predicate_type: z.string().nullable(),
  signers: z.array(Signer),
  signed_at: utcTimestamp().nullable(),
  claims: CertificateClaims.nullable(),
  links: z.array(Check),
  facts: EvidenceFacts.nullable(),
  tool: Tool.nullable(),
  subjects: z.array(Subject),
  subjects_total: z.int(),
});
export type Attestation = z.infer<typeof Attestation>;

/** The result of verifying a document, stored with its reading. */
export const Verification = z.object({
  /** The digest of the trust policy. */
  trust: z.string(),
  /**
   * When that policy was loaded. If two processes have different policies, this tells which is
   * newer.
   */
  trust_since: utcTimestamp(),
  libraries: z.record(z.string(), z.string()),
  attestations: z.array(Attestation),
  attestations_total: z.int(),
});
export type Verification = z.infer<typeof Verification>;

/**
 * Whether every check that such an attestation needs was made and passed, `subject` aside. False if
 * a needed check is missing or any check failed, whatever else passed: no checks at all are not a
 * pass.
 */
export function allPassed({ kind, facts, links }: Readonly<Pick<Attestation, 'kind' | 'facts' | 'links'>>): boolean {
  if (links.some(({ held }) => held !== true)) return false;
  const names = new Set(links.map(({ link }) => link));
  const keyless = names.has('certificate');
  // Exactly one of the two: a signature is by a certificate or by a key of the trust file.
  if (keyless === names.has('key')) return false;
  const needed = neededChecks(facts?.kind === 'provenance' ? 'provenance' : kind, keyless);
  return needed.every((check) => names.has(check));
}

// Never empty.
function neededChecks(kind: EvidenceKind, keyless: boolean): CheckName[] {
  const always: CheckName[] = ['signature', 'identity'];
  if (keyless) always.push('certificate', 'log', 'timestamp');
  if (kind !== 'signature') always.push('payload_type', 'predicate_type');
  if (kind === 'provenance') always.push('builder', 'source');
  return always;
}
