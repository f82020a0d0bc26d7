// Whether the content of an artifact speaks against its kind.
import type { Artifact, ArtifactKind } from '../artifact/artifact.ts';
import type { EvidenceFacts, EvidenceKind } from './evidence-facts.ts';

// Attestations may hold any of the three.
const FITTING: Partial<Record<ArtifactKind, readonly EvidenceKind[]>> = {
  sbom: ['sbom', 'attestation'],
  slsa_provenance: ['provenance', 'attestation'],
  risk_assessment: ['vex', 'advisory', 'vuln-report', 'static-analysis', 'scorecard', 'attestation'],
};

/** Opaque formats that are known and are neither an SBOM nor provenance. */
const OTHER_FORMATS: ReadonlySet<string | null> = new Set([
  ...['empty', 'artifact-tgz', 'sigstore-trusted-root', 'sigstore-client-trust-config', 'npm-keys'],
]);

/** The types of binaries, images and archives, by their first bytes. What is only text or bytes may be in a format that is not read. */
const OTHER_TYPES: ReadonlySet<string> = new Set([
  ...['application/pdf', 'image/png', 'image/jpeg', 'image/gif', 'image/svg+xml'],
  ...['application/x-elf', 'application/wasm', 'application/x-mach-binary'],
  'application/vnd.microsoft.portable-executable',
  ...['application/x-tar', 'application/x-archive', 'application/x-7z-compressed', 'application/x-rpm'],
  'application/vnd.sqlite3',
]);

/**
 * Whether the content is surely something else than the kind of its artifact says. What could not be read speaks neither way, and neither does
 * text, JSON or XML that no reader knows. A risk assessment may be any document, a PDF too. `facts` are those of its reading.
 */
export function isContradicted(
  { kind, evidence }: Readonly<Pick<Artifact, 'kind' | 'evidence'>>,
  facts: Readonly<EvidenceFacts> | null,
): boolean {
  if (evidence?.state !== 'read' && evidence?.state !== 'opaque') return false;
  const fitting = FITTING[kind];
  if (fitting === undefined || evidence.kind === null || fitting.includes(evidence.kind)) return false;
  if (evidence.kind !== 'opaque') return true;
  return kind !== 'risk_assessment' && isSurelyElse(evidence, facts);
}

function isSurelyElse({ format, version }: NonNullable<Artifact['evidence']>, facts: EvidenceFacts | null): boolean {
  // Signed messages (PKCS #7) are PEM, too, and may hold anything.
  if (format === 'pem') return !/PKCS ?#?7|CMS|MESSAGE/.test(version ?? '');
  return OTHER_FORMATS.has(format) || (facts?.kind === 'opaque' && OTHER_TYPES.has(facts.media_type));
}
