// Which flag a document earns by its own facts.
import { strongDigests } from '../evidence/digests.ts';
import type { EvidenceFacts, EvidenceKind, Subject, Tool } from '../evidence/evidence-facts.ts';
import type { RunReading } from '../evidence/reading.ts';
import type { Flag } from './flag.ts';

export const FLAG_OF_KIND: Record<EvidenceKind, Flag | null> = {
  sbom: 'sbom_present',
  provenance: 'slsa_provenance_present',
  vsa: null,
  vex: 'risk_assessment_present',
  advisory: null,
  'vuln-report': 'risk_assessment_present',
  'static-analysis': 'risk_assessment_present',
  scorecard: 'risk_assessment_present',
  'test-report': null,
  attestation: null,
  signature: null,
  opaque: null,
};

/** The facts that count for flags. In an attestation they are those of its predicate. */
export function countedFacts(facts: EvidenceFacts | null): EvidenceFacts | null {
  return facts?.kind === 'attestation' ? facts.predicate : facts;
}

/** The flag that documents of this kind are for, whatever this document holds. */
export function flagOfKind(facts: EvidenceFacts | null): Flag | null {
  const counted = countedFacts(facts);
  return counted === null ? null : FLAG_OF_KIND[counted.kind];
}

/** The flag that a document earns, or null. It must hold the least that makes it useful. */
export function earnedFlag(
  { facts, subjects }: Pick<RunReading, 'facts' | 'subjects'>,
  tool: Readonly<Tool> | null,
): Flag | null {
  const counted = countedFacts(facts);
  const flag = flagOfKind(facts);
  return counted !== null && flag !== null && qualifies(counted, subjects, tool) ? flag : null;
}

function qualifies(facts: EvidenceFacts, subjects: readonly Subject[], tool: Readonly<Tool> | null): boolean {
  if ('disqualified' in facts && facts.disqualified !== undefined) return false;
  switch (facts.kind) {
    case 'sbom':
      return facts.components >= 1;
    case 'provenance':
      return facts.slsa === true && isNamed(facts.builder_id) && subjects.some((one) => strongDigests(one).length > 0);
    case 'vex':
      return facts.statements >= 1;
    case 'vuln-report':
      return facts.vulnerabilities !== null && isNamed(tool?.name) && isNamed(facts.target);
    case 'static-analysis':
      return isNamed(tool?.name) && isNamed(facts.target);
    case 'scorecard':
      return facts.checks.length >= 1;
    default:
      return false;
  }
}

const isNamed = (value: unknown) => typeof value === 'string' && value.trim() !== '';
