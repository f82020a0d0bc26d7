// Why a flag is missing where declaring it does not count: which documents of the run would earn it, and which of their checks failed.
import { z } from 'zod';
import type { Artifact } from '../artifact/artifact.ts';
import {
  contentDigests,
  contentIndex,
  type DigestIndex,
  digestIndex,
  names,
  namesAnother,
  ownDigests,
  type Stated,
  statedBy,
} from '../evidence/digests.ts';
import { type ReadBy, type RunReading, readBy } from '../evidence/evidence.ts';
import type { Disqualified, EvidenceFacts, Tool } from '../evidence/evidence-facts.ts';
import { type Attestation, allPassed, CHECK_NAMES } from '../evidence/verification.ts';
import { earnedFlag, FLAG_OF_KIND, FLAGS, type Flag, type Judging, KIND_OF_FLAG } from './flags.ts';

/** Of each missing flag, so many documents, and of each so many checks. */
const MAX_DOCUMENTS = 2;
const MAX_CHECKS = 4;
const MAX_DETAIL = 200;

export const FailedCheck = z
  .object({
    check: z.enum([...CHECK_NAMES, 'document', 'reader', 'trust_policy']).meta({
      description:
        'What was checked: a check of the signature, as in the evidence of the document; `document`: there is one, and it holds enough to earn the flag; `reader`: this version of Maestro read it; `trust_policy`: it was verified under the trust policy in force; `subject`: it names the artifact.',
      examples: ['subject'],
    }),
    code: z.string().meta({
      description: 'Why it failed, for programs. Codes are added, never renamed.',
      examples: ['unbound'],
    }),
    detail: z
      .string()
      .nullable()
      .meta({
        description: 'The same in words, or null.',
        examples: ['It names the content of no artifact of the run by SHA-256 or SHA-512'],
      }),
  })
  .meta({ id: 'FailedCheck', description: 'A check that a document failed.' });
export type FailedCheck = z.infer<typeof FailedCheck>;

export const Candidate = z
  .object({
    flag: z.enum(FLAGS).meta({ description: 'The flag that is missing.', examples: ['sbom_present'] }),
    document: z
      .string()
      .nullable()
      .meta({
        description: 'The artifact whose content would earn it; null where the run has no such document.',
        examples: ['0199a1c2-9a61-7b02-8d3e-4f5a6b7c8d9e'],
      }),
    pointer: z
      .string()
      .nullable()
      .meta({ description: 'The statement in it (RFC 6901), or null for all of it.', examples: [''] }),
    failed: z.array(FailedCheck).meta({
      description: `The checks that failed: the first ${MAX_CHECKS}.`,
      examples: [[{ check: 'subject', code: 'unbound', detail: null }]],
    }),
  })
  .meta({ id: 'Candidate', description: 'A document that would earn a missing flag, and the checks that it failed.' });
export type Candidate = z.infer<typeof Candidate>;

type Rows = readonly Readonly<Artifact>[];
/** A candidate before it is known which artifact is asked about. `stated` is null where what it names is not known. */
type Open = Omit<Candidate, 'document'> & { document: string; stated: Stated | null; about: readonly string[] };

/**
 * For each missing flag of an artifact, the documents that come closest to earning it, those with the fewest failed checks first. None at the
 * level `asserted`, where declaring the flag is enough. What all artifacts share is worked out once.
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
        .map((one) => ({ ...one, failed: [...one.failed, ...subjectCheck(one, artifact, index, judging)] }))
        .filter(({ failed }) => failed.length > 0)
        .sort((one, other) => one.failed.length - other.failed.length)
        .slice(0, MAX_DOCUMENTS);
      return closest.length === 0 ? [noDocument(flag)] : closest.map(toldOf);
    });
}

function toldOf({ flag, document, pointer, failed }: Open): Candidate {
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
  return { flag, document: null, pointer: null, failed: [check('document', 'no_document', detail)] };
}

const check = (name: FailedCheck['check'], code: string, detail: string | null): FailedCheck => ({
  check: name,
  code,
  detail,
});

function openCandidates(artifacts: Rows, readings: readonly RunReading[], judging: Judging): Open[] {
  const read = new Map(readings.map((reading) => [reading.artifact_id, reading]));
  return artifacts.flatMap((artifact) => {
    const { id, evidence } = artifact;
    const about = artifact.about ?? [];
    const reading = read.get(id);
    if (!evidence || evidence.state === 'pending') return [];
    const by = readBy(evidence);
    const unread = by !== 'ours' ? NOT_OURS[by] : evidence.state === 'unreadable' ? UNREADABLE : null;
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
  const flag = flagOf(reading.facts);
  return flag === null ? [] : [{ flag, failed: [...failed, ...worthCheck(reading, tool)], stated: statedBy(reading) }];
}

function signedIn(reading: RunReading, tool: Readonly<Tool> | null, { trust }: Judging): Found[] {
  const { verification } = reading;
  const isStale = verification !== null && verification.trust !== trust;
  const attestations = verification?.attestations ?? [];
  const found = attestations.flatMap((one): Found[] => {
    const flag = flagOf(one.facts) ?? FLAG_OF_KIND[one.kind];
    if (flag === null) return [];
    const failed = [...(isStale ? [STALE] : chainChecks(one)), ...worthCheck(one, one.tool)];
    return [{ flag, failed, stated: statedBy(one), pointer: one.pointer }];
  });
  if (found.length > 0) return found;
  const failed = isStale ? [STALE] : attestations.flatMap(chainChecks);
  return readIn(reading, tool, failed.length > 0 ? failed : [UNSIGNED]);
}

const NOT_OURS: Record<Exclude<ReadBy, 'ours'>, FailedCheck> = {
  older: check('reader', 'outdated', 'An older version of Maestro read it; it is read again soon'),
  newer: check('reader', 'newer', 'A newer version of Maestro read it, and this one leaves that alone'),
};
const UNREADABLE = check('document', 'unreadable', 'It could not be read; the findings of its evidence say why');
const UNSIGNED = check('signature', 'not_signed', 'Nothing in it is signed');
const STALE = check('trust_policy', 'stale', 'It was verified under another trust policy; it is verified again soon');

// What it may be: by what the caller says and by what was made of it.
function presumed({ kind, evidence }: Readonly<Artifact>): Flag[] {
  const read = evidence?.kind ?? null;
  return FLAGS.filter(
    (flag) => KIND_OF_FLAG[flag] === kind || read === 'attestation' || (read !== null && FLAG_OF_KIND[read] === flag),
  );
}

function flagOf(facts: EvidenceFacts | null): Flag | null {
  const said = facts?.kind === 'attestation' ? facts.predicate : facts;
  return said === null ? null : FLAG_OF_KIND[said.kind];
}

function worthCheck(one: Pick<RunReading, 'facts' | 'subjects'>, tool: Readonly<Tool> | null): FailedCheck[] {
  if (one.facts === null || earnedFlag(one, tool) !== null) return [];
  const said = one.facts.kind === 'attestation' ? one.facts.predicate : one.facts;
  const why = said !== null && 'disqualified' in said ? said.disqualified : undefined;
  if (why !== undefined) return [check('document', why, DISQUALIFIED[why])];
  const flag = flagOf(one.facts);
  return [check('document', 'empty', flag === null ? null : NEEDED[flag])];
}

const DISQUALIFIED: Record<Disqualified, string> = {
  unknown_version: 'This version of Maestro does not know the version of its format',
  nothing_named: 'None of its components, vulnerabilities or checks has a name',
  failed: 'The tool that made it reports that it failed',
  result_unreadable: 'Its result is missing or cannot be read',
};

/** What a document must hold to earn a flag. */
const NEEDED: Record<Flag, string> = {
  sbom_present: 'It holds too little: an SBOM must list at least one component besides its subject',
  slsa_provenance_present:
    'It holds too little: SLSA provenance must be in a Statement, name its builder, and name a subject by SHA-256 or SHA-512',
  risk_assessment_present:
    'It holds too little: a VEX must have a statement, a scan must name its tool and what it looked at, a scorecard must have a check',
};

function chainChecks(one: Readonly<Attestation>): FailedCheck[] {
  const all = one.links.filter(({ held }) => held !== true);
  // What was not checked says less than why, and would take its place.
  const telling = all.filter(({ code }) => code !== 'not_checked');
  const failed = telling.length > 0 ? telling : all;
  if (failed.length > 0) return failed.map(({ link, code, detail }) => check(link, code ?? 'not_checked', detail));
  return allPassed(one) ? [] : [check('signature', 'incomplete', 'A check that such a statement needs was not made')];
}

function subjectCheck(
  { document, stated, about, failed }: Open,
  artifact: Readonly<Artifact>,
  index: DigestIndex,
  { minimum }: Judging,
): FailedCheck[] {
  const { id } = artifact;
  if (stated === null) return [];
  if (minimum === 'verified' && contentDigests(artifact).length === 0)
    return [check('subject', 'no_content', 'Maestro has no content of the artifact that a document could name')];
  if (minimum === 'verified' && document === id)
    return [check('subject', 'own_document', 'A document does not vouch for itself')];
  if (document === id) return [];
  if (names(stated, index, id)) return [];
  if (namesAnother(stated, index, document))
    return [check('subject', 'other_artifact', 'It names another artifact of the run')];
  if (minimum === 'verified')
    return [check('subject', 'unbound', 'It names the content of no artifact of the run by SHA-256 or SHA-512')];
  // It is about the artifact and failed nothing else, so its flag is `asserted`: it names other bytes.
  if (about.includes(id))
    return failed.length === 0
      ? [check('subject', 'other_content', 'It is about the artifact, but names other content')]
      : [];
  return [
    check('subject', 'unbound', 'It names no artifact of the run by SHA-256 or SHA-512, and is not about this one'),
  ];
}
