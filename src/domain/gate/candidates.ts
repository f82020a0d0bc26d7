// Why a flag is missing where a declaration does not count: the documents of the run that come
// closest to earning it, and the checks that they failed.
import { contentIndex, digestIndex, ownDigests } from '../evidence/digests.ts';
import type { Tool } from '../evidence/evidence-facts.ts';
import { type Stated, statedBy } from '../evidence/named-artifacts.ts';
import type { RunReading } from '../evidence/reading.ts';
import { type Candidate, type FailedCheck, MAX_CHECKS } from './candidate.ts';
import { FLAG_OF_KIND, flagOfKind } from './document-flag.ts';
import {
  contentChecks,
  failedCheck,
  readerCheck,
  STALE,
  signatureChecks,
  subjectChecks,
  UNSIGNED,
} from './failed-checks.ts';
import { FLAGS, type Flag, type Judging, KIND_OF_FLAG } from './flag.ts';
import type { GateArtifact as Artifact } from './gate-artifact.ts';

/** How many documents are reported for a missing flag, and how many characters of a detail. */
const MAX_DOCUMENTS = 2;
const MAX_DETAIL = 200;

type Rows = readonly Readonly<Artifact>[];
/** A candidate for any artifact. `stated` is null where it is unknown what the document names. */
type Open = Omit<Candidate, 'document'> & { document: string; stated: Stated | null; about: readonly string[] };

/**
 * For each missing flag of an artifact, the documents that come closest to earning it, those with
 * the fewest failed checks first. None at the level `asserted`, where a declaration is enough. What
 * all artifacts share is computed once.
 */
export function candidatesOf(artifacts: Rows, readings: readonly RunReading[], judging: Judging) {
  const { minimum } = judging;
  if (minimum === 'asserted') return () => [];
  const all = openCandidates(artifacts, readings, judging);
  const index =
    minimum === 'verified'
      ? contentIndex(artifacts)
      : digestIndex(artifacts.map((artifact) => [artifact.id, ownDigests(artifact)] as const));
  return (artifact: Readonly<Artifact>, missing: readonly Flag[]): Candidate[] =>
    missing.flatMap((flag) => {
      const closest = all
        .filter((one) => one.flag === flag)
        .map((one) => ({ ...one, failed: [...one.failed, ...subjectChecks(one, artifact, index, minimum)] }))
        .filter(({ failed }) => failed.length > 0)
        .sort((one, other) => one.failed.length - other.failed.length)
        .slice(0, MAX_DOCUMENTS);
      return closest.length === 0 ? [noDocument(flag)] : closest.map(reported);
    });
}

function reported({ flag, document, pointer, failed }: Open): Candidate {
  const checks = failed.slice(0, MAX_CHECKS);
  return { flag, document, pointer, failed: checks.map((one) => ({ ...one, detail: shortened(one.detail) })) };
}

const shortened = (detail: string | null) =>
  detail === null || detail.length <= MAX_DETAIL ? detail : `${detail.slice(0, MAX_DETAIL - 1)}…`;

const WORDS: Record<Flag, string> = {
  sbom_present: 'an SBOM',
  slsa_provenance_present: 'SLSA provenance',
  risk_assessment_present: 'a risk assessment (VEX, scan, static analysis or scorecard)',
};

function noDocument(flag: Flag): Candidate {
  const detail = `No document of the run is ${WORDS[flag]}`;
  return { flag, document: null, pointer: null, failed: [failedCheck('document', 'no_document', detail)] };
}

function openCandidates(artifacts: Rows, readings: readonly RunReading[], judging: Judging): Open[] {
  const read = new Map(readings.map((reading) => [reading.artifact_id, reading]));
  return artifacts.flatMap((artifact) => {
    const { id, evidence } = artifact;
    const about = artifact.about ?? [];
    const reading = read.get(id);
    if (!evidence || evidence.state === 'pending') return [];
    const unread = readerCheck(evidence);
    if (unread !== null)
      return presumed(artifact).map((flag) => ({ ...BLANK, flag, document: id, failed: [unread], about }));
    if (evidence.state !== 'read' || reading === undefined) return [];
    const found =
      judging.minimum === 'verified' ? signedIn(reading, evidence.tool, judging) : readIn(reading, evidence.tool);
    return found.map((one) => ({ ...BLANK, ...one, document: id, about }));
  });
}

const BLANK = { pointer: null, stated: null };

type Found = Pick<Open, 'flag' | 'failed' | 'stated'> & { pointer?: string };

function readIn(reading: RunReading, tool: Readonly<Tool> | null, failed: FailedCheck[] = []): Found[] {
  const flag = flagOfKind(reading.facts);
  return flag === null
    ? []
    : [{ flag, failed: [...failed, ...contentChecks(reading, tool)], stated: statedBy(reading) }];
}

function signedIn(reading: RunReading, tool: Readonly<Tool> | null, { trust }: Judging): Found[] {
  const { verification } = reading;
  const isStale = verification !== null && verification.trust !== trust;
  const attestations = verification?.attestations ?? [];
  const found = attestations.flatMap((one): Found[] => {
    const flag = flagOfKind(one.facts) ?? FLAG_OF_KIND[one.kind];
    if (flag === null) return [];
    const failed = [...(isStale ? [STALE] : signatureChecks(one)), ...contentChecks(one, one.tool)];
    return [{ flag, failed, stated: statedBy(one), pointer: one.pointer }];
  });
  if (found.length > 0) return found;
  const failed = isStale ? [STALE] : attestations.flatMap(signatureChecks);
  return readIn(reading, tool, failed.length > 0 ? failed : [UNSIGNED]);
}

// What a document may be that was not read: what the caller says, and what a reader made of it.
function presumed({ kind, evidence }: Readonly<Artifact>): Flag[] {
  const read = evidence?.kind ?? null;
  return FLAGS.filter(
    (flag) => KIND_OF_FLAG[flag] === kind || read === 'attestation' || (read !== null && FLAG_OF_KIND[read] === flag),
  );
}
