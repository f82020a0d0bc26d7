// What the artifacts contribute to the verdict: which are compliant, and what others lack.

import { isPending } from '../evidence/pending.ts';
import type { RunReading } from '../evidence/reading.ts';
import { candidatesOf } from './candidates.ts';
import type { ArtifactFlags, Judging } from './flag.ts';
import { countMissing, missingFlags } from './flags.ts';
import type { GateArtifact as Artifact } from './gate-artifact.ts';
import { type GateDetails, MAX_ARTIFACTS_NAMED, MAX_EXPLAINED } from './release-gate-result.ts';

/** The details of a verdict that rest on the artifacts alone. */
export type WeighedArtifacts = Pick<
  GateDetails,
  'total_artifacts' | 'compliant_artifacts' | 'compliant_artifact_ids' | 'compliant' | 'pending_artifacts' | 'artifacts'
>;

export function weighArtifacts(
  artifacts: readonly Readonly<Artifact>[],
  flags: ReadonlyMap<string, ArtifactFlags>,
): WeighedArtifacts {
  const ids: string[] = [];
  const compliant: GateDetails['compliant'] = [];
  const lacking = lackingLists();
  let pending = 0;
  for (const artifact of artifacts) {
    const own = flags.get(artifact.id);
    if (isPending(artifact)) pending += 1;
    if (own === undefined) continue;
    const missing = countMissing(own);
    if (missing > 0) {
      const alike = lacking[(missing - 1) * 2 + (isDocument(artifact) ? 1 : 0)];
      if (alike !== undefined && alike.length < MAX_ARTIFACTS_NAMED) alike.push(artifact);
      continue;
    }
    ids.push(artifact.id);
    if (compliant.length >= MAX_EXPLAINED) continue;
    const { id: artifact_id, kind, path_or_uri } = artifact;
    compliant.push({ artifact_id, kind, path_or_uri, flags: own });
  }
  return {
    total_artifacts: artifacts.length,
    compliant_artifacts: ids.length,
    compliant_artifact_ids: ids,
    compliant,
    pending_artifacts: pending,
    artifacts: lackingRows(lacking, flags),
  };
}

type Rows = Readonly<Artifact>[];

// By the number of missing flags, one to three; for each first built artifacts, then documents.
const lackingLists = (): Rows[] => [[], [], [], [], [], []];

const isDocument = ({ evidence }: Readonly<Artifact>) => evidence?.state === 'read';

function lackingRows(lacking: readonly Rows[], flags: ReadonlyMap<string, ArtifactFlags>): GateDetails['artifacts'] {
  const rows: GateDetails['artifacts'] = [];
  for (const alike of lacking) {
    for (const artifact of alike) {
      if (rows.length >= MAX_ARTIFACTS_NAMED) return rows;
      rows.push(lackingRow(artifact, flags.get(artifact.id), rows.length < MAX_EXPLAINED));
    }
  }
  return rows;
}

function lackingRow(
  artifact: Readonly<Artifact>,
  flags: ArtifactFlags | undefined,
  isExplained: boolean,
): GateDetails['artifacts'][number] {
  // Spelt out: a spread takes longer than the rest of the function.
  const { id: artifact_id, kind, path_or_uri } = artifact;
  const explained = isExplained ? (flags ?? null) : null;
  return { artifact_id, kind, path_or_uri, missing: missingFlags(flags), flags: explained, candidates: [] };
}

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
