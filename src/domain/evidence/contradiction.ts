// Whether the content of an artifact contradicts its kind.
import type { Artifact, ArtifactKind } from '../artifact/artifact.ts';
import type { EvidenceFacts, EvidenceKind } from './evidence-facts.ts';

// An attestation may hold any of the three.
const MATCHING: Partial<Record<ArtifactKind, readonly EvidenceKind[]>> = {
  sbom: ['sbom', 'attestation'],
  slsa_provenance: ['provenance', 'attestation'],
  risk_assessment: ['vex', 'advisory', 'vuln-report', 'static-analysis', 'scorecard', 'attestation'],
};

/** Formats that are recognised, not read, and neither an SBOM nor provenance. */
const OTHER_FORMATS: ReadonlySet<string | null> = new Set([
  ...['empty', 'artifact-tgz', 'sigstore-trusted-root', 'sigstore-client-trust-config', 'npm-keys'],
]);

/**
 * The media types of binaries, images and archives, detected by their first bytes. Plain text and
 * unknown bytes are not among them: they may be a document in a format that Maestro does not read.
 */
const OTHER_TYPES: ReadonlySet<string> = new Set([
  ...['application/pdf', 'image/png', 'image/jpeg', 'image/gif', 'image/svg+xml'],
  ...['application/x-elf', 'application/wasm', 'application/x-mach-binary'],
  'application/vnd.microsoft.portable-executable',
  ...['application/x-tar', 'application/x-archive', 'application/x-7z-compressed', 'application/x-rpm'],
  'application/vnd.sqlite3',
]);

/**
 * Whether the content is certainly not what the kind of its artifact says. Unreadable content
 * contradicts nothing, nor does text, JSON or XML that no reader knows. A risk assessment may be
 * any document, even a PDF. `facts` are those of the reading.
 */
export function isContradicted(
  { kind, evidence }: Readonly<Pick<Artifact, 'kind' | 'evidence'>>,
  facts: Readonly<EvidenceFacts> | null,
): boolean {
  if (evidence?.state !== 'read' && evidence?.state !== 'opaque') return false;
  const matching = MATCHING[kind];
  if (matching === undefined || evidence.kind === null || matching.includes(evidence.kind)) return false;
  if (evidence.kind !== 'opaque') return true;
  return kind !== 'risk_assessment' && isCertainlyOther(evidence, facts);
}

function isCertainlyOther(
  { format, version }: NonNullable<Artifact['evidence']>,
  facts: EvidenceFacts | null,
): boolean {
  // Signed messages (PKCS #7) are PEM too, and may hold anything.
  if (format === 'pem') return !/PKCS ?#?7|CMS|MESSAGE/.test(version ?? '');
  return OTHER_FORMATS.has(format) || (facts?.kind === 'opaque' && OTHER_TYPES.has(facts.media_type));
}
