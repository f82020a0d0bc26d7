import { describe, expect, it } from 'vitest';
import {
  type EvidenceFacts,
  EvidenceKind,
  type FactsOf,
  type Subject,
  type Tool,
} from '../../../src/domain/evidence/evidence-facts.ts';
import { earnedFlag, FLAG_OF_KIND, flagOfKind } from '../../../src/domain/gate/document-flag.ts';
import { HEX, names, PROVENANCE, SCORECARD, within } from '../documents.ts';
import { A_READING } from '../rows.ts';

describe('what a document must hold to earn a flag', () => {
  const facts = A_READING.facts as FactsOf<'sbom'>;
  const provenance = PROVENANCE.facts as FactsOf<'provenance'>;
  const scorecard = SCORECARD.facts as FactsOf<'scorecard'>;
  const named = names({ sha256: HEX('a') }).subjects;
  const scan = { kind: 'vuln-report', vulnerabilities: 0, by_severity: {}, fixable: 0, created: null } as const;
  const sarif = { kind: 'static-analysis', runs: 1, results: 0, by_level: {}, rules: 0 } as const;
  const vex = { kind: 'vex', by_status: {}, author: null, created: null } as const;
  const tests = { kind: 'test-report', suites: 1, tests: 1, passed: 1, failed: 0, errors: 0, skipped: 0 } as never;
  const summary = { kind: 'vsa', predicate_type: 'https://slsa.dev/verification_summary/v1' } as never;
  const tool = { name: 'grype', version: null };
  it.each<[string, EvidenceFacts, Subject[], Tool | null, string | null]>([
    ['an SBOM with a component', facts, [], null, 'sbom_present'],
    ['an SBOM without one', { ...facts, components: 0 }, [], null, null],
    ['a provenance', provenance, named, null, 'slsa_provenance_present'],
    ['a provenance that is not of SLSA', { ...provenance, slsa: false }, named, null, null],
    ['a provenance without a builder', { ...provenance, builder_id: null }, named, null, null],
    ['a provenance with an empty builder', { ...provenance, builder_id: ' ' }, named, null, null],
    ['a provenance without a subject', provenance, [], null, null],
    ['a provenance with a weak digest', provenance, names({ sha1: 'a'.repeat(40) }).subjects, null, null],
    ['a provenance with a short digest', provenance, names({ sha256: 'aa' }).subjects, null, null],
    ['a VEX with a statement', { ...vex, statements: 1 }, [], null, 'risk_assessment_present'],
    ['a VEX without one', { ...vex, statements: 0 }, [], null, null],
    ['a scan that found nothing', { ...scan, target: 'image' }, [], tool, 'risk_assessment_present'],
    ['a scan of nothing', { ...scan, target: null }, [], tool, null],
    ['a scan by nothing', { ...scan, target: 'image' }, [], null, null],
    ['a static analysis', { ...sarif, target: 'src' }, [], tool, 'risk_assessment_present'],
    ['a static analysis of nothing', { ...sarif, target: null }, [], tool, null],
    ['a scorecard', scorecard, [], null, 'risk_assessment_present'],
    ['a scorecard without checks', { ...scorecard, checks: [] }, [], null, null],
    ['bytes', { kind: 'opaque', media_type: 'text/markdown', size: 1, digests: {} }, [], tool, null],
    [
      'an attestation',
      { kind: 'attestation', predicate_type: 'p', subjects: 1, statements: 1, predicate: null },
      named,
      tool,
      null,
    ],
    ['a signature', { kind: 'signature', keyless: true }, named, tool, null],
    ['an SBOM in an attestation', within(facts), named, null, 'sbom_present'],
    ['an SBOM without a component in one', within({ ...facts, components: 0 }), named, null, null],
    ['a VEX in an attestation', within({ ...vex, statements: 1 }), named, null, 'risk_assessment_present'],
    ['a VEX without a statement in one', within({ ...vex, statements: 0 }), named, null, null],
    ['a scan in an attestation', within({ ...scan, target: 'image' }), named, tool, 'risk_assessment_present'],
    ['a scan of nothing in one', within({ ...scan, target: null }), named, tool, null],
    ['a scan by nothing in one', within({ ...scan, target: 'image' }), named, null, null],
    ['a test report in an attestation', within(tests), named, tool, null],
    ['a test report', tests, named, tool, null],
    ['a verification summary', summary, named, tool, null],
  ])('of %s', (_what, some, subjects, by, expected) => {
    expect(earnedFlag({ facts: some, subjects }, by)).toBe(expected);
  });

  it('is nothing where there are no facts', () => {
    expect(earnedFlag({ facts: null, subjects: [] }, tool)).toBeNull();
  });
});

describe('the flag that a kind of document is for', () => {
  it('is one of the three, or none', () => {
    const earning = EvidenceKind.options.filter((kind) => FLAG_OF_KIND[kind] !== null);
    expect(earning.sort()).toEqual(['provenance', 'sbom', 'scorecard', 'static-analysis', 'vex', 'vuln-report']);
  });

  it('is that of the predicate in an attestation, and none without facts', () => {
    expect(flagOfKind(within(A_READING.facts as FactsOf<'sbom'>))).toBe('sbom_present');
    expect(flagOfKind(within(null))).toBeNull();
    expect(flagOfKind(null)).toBeNull();
  });
});
