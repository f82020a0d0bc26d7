// Verifications as they are kept beside a reading, made for the tests of what rests on them.
import type { FactsOf } from '../../src/domain/evidence/evidence-facts.ts';
import type { Attestation, Check, CheckName, Signer, Verification } from '../../src/domain/evidence/verification.ts';

/** The digest of what is trusted. */
export const TRUST = '5f'.repeat(32);
/** The digest of something else that was trusted before, or is elsewhere. */
export const OTHER_TRUST = '60'.repeat(32);

export const SIGNER: Signer = {
  trusted_as: 'acme-release',
  issuer: 'https://token.actions.githubusercontent.com',
  subject: 'https://github.com/acme/payment-api/.github/workflows/release.yml@refs/heads/main',
  key: null,
};

/** What a chain from a key with a certificate needs, and one from a key of the trust file, before anything is said. */
export const KEYLESS: readonly CheckName[] = ['signature', 'certificate', 'log', 'timestamp', 'identity'];
export const KEYED: readonly CheckName[] = ['signature', 'key', 'identity'];
/** What a statement needs beside, and a provenance beside that. */
export const SAID: readonly CheckName[] = ['payload_type', 'predicate_type'];
export const BUILT: readonly CheckName[] = ['builder', 'source'];

export const held = (link: CheckName): Check => ({ link, held: true, code: null, detail: null });
export const failed = (link: CheckName, code = 'not_checked'): Check => ({
  link,
  held: false,
  code,
  detail: 'It did not',
});

export const PROVENANCE_FACTS: FactsOf<'provenance'> = {
  kind: 'provenance',
  predicate_type: 'https://slsa.dev/provenance/v1',
  slsa: true,
  builder_id: 'https://builder.example',
  build_type: null,
  source: { uri: null, ref: null, commit: null },
  invocation_id: null,
  subjects: 1,
  materials: 0,
  parameters: null,
};

/** A provenance whose chain is whole, about bytes with this SHA-256. */
export function anAttestation(sha256: string, changes: Partial<Attestation> = {}): Attestation {
  return {
    pointer: '',
    kind: 'provenance',
    predicate_type: PROVENANCE_FACTS.predicate_type,
    signers: [SIGNER],
    signed_at: '2026-01-31T10:05:30.000Z',
    claims: null,
    links: [...KEYLESS, ...SAID, ...BUILT].map(held),
    facts: PROVENANCE_FACTS,
    tool: null,
    subjects: [{ name: 'bundle.tgz', digests: { sha256 } }],
    subjects_total: 1,
    ...changes,
  };
}

export function aVerification(attestations: Attestation[], changes: Partial<Verification> = {}): Verification {
  return {
    trust: TRUST,
    trust_since: '2026-01-31T09:00:00.000Z',
    libraries: { node: '24.15.0' },
    attestations,
    attestations_total: attestations.length,
    ...changes,
  };
}
