// The checks that keep a document from earning a flag. Each function returns the failed ones.
import { contentDigests, type DigestIndex } from '../evidence/digests.ts';
import type { Tool } from '../evidence/evidence-facts.ts';
import type { Disqualified } from '../evidence/facts/fact-fields.ts';
import { names, namesAnother, type Stated } from '../evidence/named-artifacts.ts';
import { type ReadBy, readBy } from '../evidence/reader.ts';
import type { RunReading } from '../evidence/reading.ts';
import { type Attestation, allPassed } from '../evidence/verification.ts';
import type { FailedCheck } from './candidate.ts';
import { countedFacts, earnedFlag, flagOfKind } from './document-flag.ts';
import type { Flag, Level } from './flag.ts';
import type { GateArtifact as Artifact } from './gate-artifact.ts';

export const failedCheck = (check: FailedCheck['check'], code: string, detail: string | null): FailedCheck => ({
  check,
  code,
  detail,
});

/** The failed check of a document that was not read, or not by our readers; null for any other. */
export function readerCheck(evidence: NonNullable<Artifact['evidence']>): FailedCheck | null {
  const by = readBy(evidence);
  if (by !== 'ours') return NOT_OURS[by];
  return evidence.state === 'unreadable' ? UNREADABLE : null;
}

const NOT_OURS: Record<Exclude<ReadBy, 'ours'>, FailedCheck> = {
  older: failedCheck('reader', 'outdated', 'An older version of Maestro read it; it is read again soon'),
  newer: failedCheck('reader', 'newer', 'A newer version of Maestro read it, and this one leaves that alone'),
};
const UNREADABLE = failedCheck('document', 'unreadable', 'It could not be read; the findings of its evidence say why');
export const UNSIGNED = failedCheck('signature', 'not_signed', 'Nothing in it is signed');
export const STALE = failedCheck(
  'trust_policy',
  'stale',
  'It was verified under another trust policy; it is verified again soon',
);

/** What the document lacks to earn its flag. */
export function contentChecks(one: Pick<RunReading, 'facts' | 'subjects'>, tool: Readonly<Tool> | null): FailedCheck[] {
  if (one.facts === null || earnedFlag(one, tool) !== null) return [];
  const counted = countedFacts(one.facts);
  const why = counted !== null && 'disqualified' in counted ? counted.disqualified : undefined;
  if (why !== undefined) return [failedCheck('document', why, DISQUALIFIED[why])];
  const flag = flagOfKind(one.facts);
  return [failedCheck('document', 'empty', flag === null ? null : NEEDED[flag])];
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
    'It holds too little: a VEX must have a statement, a scan must name its tool and what it looked at, ' +
    'a scorecard must have a check',
};

/** What of the signature of a statement failed. */
export function signatureChecks(one: Readonly<Attestation>): FailedCheck[] {
  const all = one.links.filter(({ held }) => held !== true);
  // A skipped check says less than the failed check that caused it.
  const failures = all.filter(({ code }) => code !== 'not_checked');
  const failed = failures.length > 0 ? failures : all;
  if (failed.length > 0)
    return failed.map(({ link, code, detail }) => failedCheck(link, code ?? 'not_checked', detail));
  return allPassed(one)
    ? []
    : [failedCheck('signature', 'incomplete', 'A check that such a statement needs was not made')];
}

/**
 * Whether the document names the artifact. `stated` is null where it is unknown what the document
 * names. `failed` are its failed checks so far.
 */
export function subjectChecks(
  { document, stated, about, failed }: NamedSubjects,
  artifact: Readonly<Artifact>,
  index: DigestIndex,
  minimum: Level,
): FailedCheck[] {
  const { id } = artifact;
  if (stated === null) return [];
  if (minimum === 'verified' && contentDigests(artifact).length === 0)
    return [failedCheck('subject', 'no_content', 'Maestro has no content of the artifact that a document could name')];
  if (minimum === 'verified' && document === id)
    return [failedCheck('subject', 'own_document', 'A document does not vouch for itself')];
  if (document === id) return [];
  if (names(stated, index, id)) return [];
  if (namesAnother(stated, index, document))
    return [failedCheck('subject', 'other_artifact', 'It names another artifact of the run')];
  if (minimum === 'verified')
    return [failedCheck('subject', 'unbound', 'It names the content of no artifact of the run by SHA-256 or SHA-512')];
  // It failed no other check, so its flag is only `asserted` because it names other bytes.
  if (about.includes(id))
    return failed.length === 0
      ? [failedCheck('subject', 'other_content', 'It is about the artifact, but names other content')]
      : [];
  return [
    failedCheck(
      'subject',
      'unbound',
      'It names no artifact of the run by SHA-256 or SHA-512, and is not about this one',
    ),
  ];
}

type NamedSubjects = {
  document: string;
  stated: Stated | null;
  about: readonly string[];
  failed: readonly FailedCheck[];
};
