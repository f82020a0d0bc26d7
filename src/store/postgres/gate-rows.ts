// What the gate reads of an artifact without content, kept beside its body. The SQL of migration
// 0019 forgets it whenever the body changes or the row is moved to another run.
import type { Artifact } from '../../domain/artifact/artifact.ts';
import { FLAGS, type Flag } from '../../domain/gate/flag.ts';
import type { GateArtifact } from '../../domain/gate/gate-artifact.ts';
import { rowOf } from './rows.ts';

type Metadata = GateArtifact['metadata_json'];
/** `flags` is the sum of the bits of those that were declared. */
export type GateRow = [
  id: string,
  kind: Artifact['kind'],
  path_or_uri: string,
  content_hash: string | null,
  flags: number,
];

const BITS: Record<Flag, number> = { sbom_present: 1, slsa_provenance_present: 2, risk_assessment_present: 4 };

/**
 * Null where the gate reads more than the row holds, and where PostgreSQL could not take it out of
 * the fields of a write: it takes no `\u0000` and no lone surrogate.
 */
export function gateRow(artifact: Readonly<Artifact>): GateRow | null {
  const { id, kind, path_or_uri, content_hash, about, metadata_json, content, evidence } = artifact;
  if (content !== null || evidence !== null || about.length > 0) return null;
  const row: GateRow = [id, kind, path_or_uri, content_hash, bitsOf(metadata_json)];
  return JSON.stringify(row).includes('\\u') ? null : row;
}

function bitsOf(metadata: Readonly<Metadata>): number {
  let bits = 0;
  for (const flag of FLAGS) if (Object.hasOwn(metadata, flag) && metadata[flag] === true) bits += BITS[flag];
  return bits;
}

const DECLARED: readonly Readonly<Metadata>[] = Array.from({ length: 8 }, (_, bits) =>
  Object.freeze({
    sbom_present: (bits & BITS.sbom_present) !== 0,
    slsa_provenance_present: (bits & BITS.slsa_provenance_present) !== 0,
    risk_assessment_present: (bits & BITS.risk_assessment_present) !== 0,
  }),
);
const NONE = DECLARED[0] as Metadata;

/** The artifacts of a run from the texts of rows and bodies, with commas between them. */
export function gateArtifacts(texts: string, run_id: string): GateArtifact[] {
  return rowOf<(GateRow | GateArtifact)[]>(`[${texts}]`).map((one) =>
    Array.isArray(one) ? gateArtifact(one, run_id) : one,
  );
}

function gateArtifact([id, kind, path_or_uri, content_hash, flags]: GateRow, run_id: string): GateArtifact {
  // Only the sums that `bitsOf` returns are flags: "7" in a damaged row would find those of 7.
  const metadata_json = (typeof flags === 'number' ? DECLARED[flags] : undefined) ?? NONE;
  return { id, run_id, kind, path_or_uri, content_hash, about: [], metadata_json, content: null, evidence: null };
}
