// What the artifacts contribute to the verdict: which are compliant, and what others lack.
import { isPending } from '../evidence/pending.ts';
import type { RunReading } from '../evidence/reading.ts';
import { candidatesOf } from './candidates.ts';
import type { ArtifactFlags, Judging } from './flag.ts';
import { countMissing, missingFlags } from './flags.ts';
import type { GateArtifact as Artifact } from './gate-artifact.ts';
import { onceForFlags } from './once-for-row.ts';
import { type GateDetails, MAX_ARTIFACTS_NAMED, MAX_EXPLAINED } from './release-gate-result.ts';

/** The details of a verdict that rest on the artifacts alone. */
export type WeighedArtifacts = Pick<
  GateDetails,
  'total_artifacts' | 'compliant_artifacts' | 'compliant_artifact_ids' | 'compliant' | 'pending_artifacts' | 'artifacts'
>;

/** `flags` are those of the artifacts, in their order. */
export function weighArtifacts(
  artifacts: readonly Readonly<Artifact>[],
  flags: readonly Readonly<ArtifactFlags>[],
): WeighedArtifacts {
  const ids: string[] = [];
  const compliant: GateDetails['compliant'] = [];
  const lacking = lackingLists();
  let pending = 0;
  for (let index = 0; index < artifacts.length; index += 1) {
    const [artifact, own] = [artifacts[index], flags[index]];
    if (artifact === undefined) continue;
    if (isPending(artifact)) pending += 1;
    if (own === undefined) continue;
    const missing = countMissing(own);
    if (missing > 0) {
      const alike = lacking[(missing - 1) * 2 + (isDocument(artifact) ? 1 : 0)];
      if (alike !== undefined && alike.length < MAX_ARTIFACTS_NAMED) alike.push(index);
      continue;
    }
    ids.push(artifact.id);
    if (compliant.length < MAX_EXPLAINED) compliant.push(compliantRow(artifact, own));
  }
  return {
    total_artifacts: artifacts.length,
    compliant_artifacts: ids.length,
    compliant_artifact_ids: ids,
    compliant,
    pending_artifacts: pending,
    artifacts: lackingRows(lacking, artifacts, flags),
  };
}

// Where the artifacts are, by the number of missing flags, one to three; for each first built
// artifacts, then documents.
const lackingLists = (): number[][] => [[], [], [], [], [], []];

const isDocument = ({ evidence }: Readonly<Artifact>) => evidence?.state === 'read';

function lackingRows(
  lacking: readonly (readonly number[])[],
  artifacts: readonly Readonly<Artifact>[],
  flags: readonly Readonly<ArtifactFlags>[],
): GateDetails['artifacts'] {
  const rows: GateDetails['artifacts'] = [];
  for (const alike of lacking) {
    for (const index of alike) {
      const [artifact, own] = [artifacts[index], flags[index]];
      if (rows.length >= MAX_ARTIFACTS_NAMED || artifact === undefined || own === undefined) return rows;
      rows.push(rows.length < MAX_EXPLAINED ? explainedRow(artifact, own) : lackingRow(artifact, own));
    }
  }
  return rows;
}

type LackingRow = GateDetails['artifacts'][number];

// Spelt out: a spread takes longer than the rest of each function.
const compliantRow = onceForFlags(
  ({ id: artifact_id, kind, path_or_uri }, flags): GateDetails['compliant'][number] => ({
    artifact_id,
    kind,
    path_or_uri,
    flags,
  }),
);
const explainedRow = onceForFlags(
  ({ id: artifact_id, kind, path_or_uri }, flags): LackingRow => ({
    artifact_id,
    kind,
    path_or_uri,
    missing: missingFlags(flags),
    flags,
    candidates: [],
  }),
);
const lackingRow = onceForFlags(
  ({ id: artifact_id, kind, path_or_uri }, flags): LackingRow => ({
    artifact_id,
    kind,
    path_or_uri,
    missing: missingFlags(flags),
    flags: null,
    candidates: [],
  }),
);

/**
 * The artifacts that lack a flag, the first of them with the documents that come closest to earning
 * it.
 */
export function withCandidates(
  lacking: GateDetails['artifacts'],
  { artifacts, documents, minimum, trust }: Judged,
): GateDetails['artifacts'] {
  if (minimum === 'asserted') return lacking;
  const candidates = candidatesOf(artifacts, documents, { minimum, trust });
  return lacking.map((one, index) => {
    const artifact = index < MAX_EXPLAINED ? artifacts.find(({ id }) => id === one.artifact_id) : undefined;
    return artifact === undefined ? one : { ...one, candidates: candidates(artifact, one.missing) };
  });
}

/** What candidates are found in. */
type Judged = Judging & {
  readonly artifacts: readonly Readonly<Artifact>[];
  readonly documents: readonly RunReading[];
};
