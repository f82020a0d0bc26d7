// What is known of the signatures in a document: the links of each chain, and what may be called verified.
import { z } from 'zod';
import { utcTimestamp } from '../bounds.ts';
import { EvidenceFacts, EvidenceKind, Subject, Tool } from './evidence-facts.ts';

const words = (what: string, example: string) =>
  z
    .string()
    .nullable()
    .meta({ description: what, examples: [example] });

/** The links of a chain, in the order in which they are told. */
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

const CHECK_EXAMPLE = { link: 'identity', held: true, code: null, detail: 'acme-release' } as const;

export const Check = z
  .object({
    link: z.enum(CHECK_NAMES).meta({
      description:
        '`signature` over the payload; `certificate` under a trusted root, or `key` that was valid; `log` entry of a transparency log; `timestamp` within the life of the certificate; `identity` that is trusted; `payload_type` and `predicate_type` that are read; `builder` and `source` that are trusted and that the signer may speak for; `subject`: the content of an artifact of the same run.',
      examples: [CHECK_EXAMPLE.link],
    }),
    held: z.boolean().meta({ description: 'Whether it was checked and held.', examples: [true] }),
    code: words('Why it did not hold, for programs; null where it did. Codes are added, never renamed.', 'not_checked'),
    detail: words('The same in words, or what it holds to.', CHECK_EXAMPLE.detail),
  })
  .meta({
    id: 'Link',
    description: 'One link of the chain from a signature to an artifact.',
    examples: [CHECK_EXAMPLE],
  });
export type Check = z.infer<typeof Check>;

const SIGNER_EXAMPLE = {
  trusted_as: 'acme-release',
  issuer: 'https://token.actions.githubusercontent.com',
  subject: 'https://github.com/acme/payment-api/.github/workflows/release.yml@refs/heads/main',
  key: null,
};

export const Signer = z
  .object({
    trusted_as: words(
      'The name in the trust file of the identity or key; null where it is not trusted.',
      'acme-release',
    ),
    issuer: words('Who vouched for the identity (OpenID Connect), by the certificate.', SIGNER_EXAMPLE.issuer),
    subject: words('The identity, by the certificate.', SIGNER_EXAMPLE.subject),
    key: words(
      'SHA-256 of the public key (SPKI, DER) as hexadecimal digits, where a key of the trust file signed.',
      'c1d5cbc4ad9ee4bd1ba1d5e5a4e6b1d7f3f0a9c8b7a6958473625140f0e1d2c3',
    ),
  })
  .meta({ id: 'Signer', description: 'Who signed.', examples: [SIGNER_EXAMPLE] });
export type Signer = z.infer<typeof Signer>;

const CLAIMS_EXAMPLE = {
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
    source_repository_id: words('Its id, which no renaming changes (.15).', CLAIMS_EXAMPLE.source_repository_id),
    source_ref: words('Its branch or tag (.14).', CLAIMS_EXAMPLE.source_ref),
    source_digest: words('Its commit (.13).', CLAIMS_EXAMPLE.source_digest),
    build_signer: words('The workflow that signed, which may be a reusable one (.9).', CLAIMS_EXAMPLE.build_signer),
    build_config: words('The workflow that was started (.18).', CLAIMS_EXAMPLE.build_config),
    run: words('The run of it (.21).', CLAIMS_EXAMPLE.run),
    runner: words('Where it ran: `github-hosted` or `self-hosted` (.11).', CLAIMS_EXAMPLE.runner),
    trigger: words('What started it, such as `push` or `release` (.20).', CLAIMS_EXAMPLE.trigger),
    visibility: words(
      'Whether everyone can see the repository: `public` or `private` (.22).',
      CLAIMS_EXAMPLE.visibility,
    ),
  })
  .meta({
    id: 'CertificateClaims',
    description: 'What a certificate says of the build (OIDs 1.3.6.1.4.1.57264.1.N); null where it does not.',
    examples: [CLAIMS_EXAMPLE],
  });
export type CertificateClaims = z.infer<typeof CertificateClaims>;

/** Something in a document that is signed: the links of its chain but `subject`, which depends on the run, and what it says. */
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

/** What came of verifying a document: kept with its reading. */
export const Verification = z.object({
  /** The digest of what was trusted. */
  trust: z.string(),
  /** When that was loaded, which tells who knows more where two processes trust otherwise. */
  trust_since: utcTimestamp(),
  libraries: z.record(z.string(), z.string()),
  attestations: z.array(Attestation),
  attestations_total: z.int(),
});
export type Verification = z.infer<typeof Verification>;

/**
 * Whether every link that such a chain needs was checked and held, but `subject`. A chain that lacks a link, or has one that did not hold, is
 * not whole, whatever else it holds.
 */
export function allPassed({ kind, facts, links }: Readonly<Pick<Attestation, 'kind' | 'facts' | 'links'>>): boolean {
  if (links.some(({ held }) => held !== true)) return false;
  const held = new Set(links.map(({ link }) => link));
  const keyless = held.has('certificate');
  if (keyless === held.has('key')) return false;
  const needed = neededLinks(facts?.kind === 'provenance' ? 'provenance' : kind, keyless);
  return needed.every((link) => held.has(link));
}

function neededLinks(kind: EvidenceKind, keyless: boolean): CheckName[] {
  const always: CheckName[] = ['signature', 'identity'];
  if (keyless) always.push('certificate', 'log', 'timestamp');
  if (kind !== 'signature') always.push('payload_type', 'predicate_type');
  if (kind === 'provenance') always.push('builder', 'source');
  return always;
}

export const AttestationState = z.enum(['verified', 'unbound', 'refused', 'stale']).meta({
  id: 'AttestationState',
  description:
    '`verified`: every link held. `unbound`: every link but `subject`, as it names no content of the run. `refused`: another link did not hold. `stale`: what is trusted has changed since; it is verified again soon.',
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
      description: 'Where in the document: a JSON Pointer (RFC 6901); empty for all of it.',
      examples: ['/attestations/1/bundle'],
    }),
    kind: EvidenceKind,
    predicate_type: words('The type of its predicate; null where it has none.', 'https://slsa.dev/provenance/v1'),
    signers: z.array(Signer).meta({
      description:
        'Who signed, each key once. Keys that were not valid then do not count: the detail of the link `key` names them.',
      examples: [[SIGNER_EXAMPLE]],
    }),
    signed_at: utcTimestamp()
      .nullable()
      .meta({
        description: 'The time that is proven: by a log or timestamp authority, or else when Maestro received it.',
        examples: ['2026-01-31T10:05:30.000Z'],
      }),
    claims: CertificateClaims.nullable().meta({
      description: 'What the certificate says of the build; null where there is none that was verified.',
      examples: [CLAIMS_EXAMPLE],
    }),
    links: z.array(Check).meta({ description: 'Every link of its chain.', examples: [[CHECK_EXAMPLE]] }),
    about: z.array(z.string()).meta({
      description:
        'The artifacts of the run whose content it names by SHA-256 or SHA-512, whatever its state: the first 100.',
      examples: [['0199a1c2-8e11-7a3c-9b2d-3c4d5e6f7a8b']],
    }),
  })
  .meta({
    id: 'AttestationReport',
    description: 'Something that is signed, and how far its chain holds.',
    examples: [ATTESTATION_EXAMPLE],
  });
export type AttestationReport = z.infer<typeof AttestationReport>;

const LIBRARIES_EXAMPLE = { '@sigstore/verify': '4.1.3', '@sigstore/bundle': '5.0.1', '@noble/curves': '2.4.0' };

export const VerificationReport = z
  .object({
    trust_digest: z.string().meta({
      description: 'SHA-256 of what was trusted, as hexadecimal digits.',
      examples: ['5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef'],
    }),
    stale: z.boolean().meta({ description: 'Whether something else is trusted by now.', examples: [false] }),
    libraries: z
      .record(z.string(), z.string())
      .meta({ description: 'What verified it, with versions.', examples: [LIBRARIES_EXAMPLE] }),
    attestations: z
      .array(AttestationReport)
      .meta({ description: 'What in the document is signed: the first 32.', examples: [[ATTESTATION_EXAMPLE]] }),
    attestations_total: z.int().meta({ description: 'How many there are.', examples: [1] }),
  })
  .meta({ id: 'VerificationReport', description: 'What came of verifying the signatures in a document.' });
export type VerificationReport = z.infer<typeof VerificationReport>;

const MAX_ABOUT = 100;

/** How an attestation stands in its run. `named` are the artifacts whose content it names. */
export function attestationReport(
  one: Readonly<Attestation>,
  isStale: boolean,
  named: readonly string[],
): AttestationReport {
  const { facts: _facts, tool: _tool, subjects: _subjects, subjects_total: _total, ...told } = one;
  const links = [...told.links, subjectLink(named)];
  return { state: stateOf(one, isStale, named), ...told, links, about: named.slice(0, MAX_ABOUT) };
}

function stateOf(one: Readonly<Attestation>, isStale: boolean, named: readonly string[]): AttestationState {
  if (isStale) return 'stale';
  if (!allPassed(one)) return 'refused';
  return named.length > 0 ? 'verified' : 'unbound';
}

function subjectLink(named: readonly string[]): Check {
  if (named.length > 0)
    return { link: 'subject', held: true, code: null, detail: `It names the content of ${named.length} artifact(s)` };
  const detail = 'It names the content of no artifact of the run by SHA-256 or SHA-512';
  return { link: 'subject', held: false, code: 'unbound', detail };
}
