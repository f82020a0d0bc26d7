import { describe, expect, it } from 'vitest';
import {
  ScorecardFacts,
  StaticAnalysisFacts,
  TestReportFacts,
  VulnerabilityFacts,
} from '../../../../src/domain/evidence/facts/scan-facts.ts';

describe('the facts of a scan', () => {
  it('say null for a result that cannot be read, which is not the same as nothing found', () => {
    const facts = {
      kind: 'vuln-report',
      target: 'image',
      vulnerabilities: null,
      by_severity: {},
      fixable: 0,
      created: null,
    };
    expect(VulnerabilityFacts.parse(facts)).toEqual(facts);
    const { vulnerabilities: _, ...rest } = facts;
    expect(VulnerabilityFacts.safeParse(rest).success).toBe(false);
  });

  it('may leave out what was suppressed or is absent, and never what stands', () => {
    const facts = { kind: 'static-analysis', target: null, runs: 1, results: 0, by_level: {}, rules: 0 };
    expect(StaticAnalysisFacts.parse(facts)).toEqual(facts);
    expect(StaticAnalysisFacts.parse({ ...facts, suppressed: 1, absent: 2 })).toMatchObject({ absent: 2 });
    const { results: _, ...rest } = facts;
    expect(StaticAnalysisFacts.safeParse(rest).success).toBe(false);
  });
});

it('the facts of a scorecard may have no score', () => {
  const checks = [{ name: 'Code-Review', score: null }];
  const facts = { kind: 'scorecard', repository: null, commit: null, score: null, checks, created: null };
  expect(ScorecardFacts.parse(facts)).toEqual(facts);
  expect(ScorecardFacts.safeParse({ ...facts, checks: [{ name: null, score: 1 }] }).success).toBe(false);
});

it('the facts of a test report count every outcome', () => {
  const counts = { suites: 1, tests: 5, passed: 1, failed: 1, errors: 1, skipped: 1 };
  const facts = { kind: 'test-report', ...counts, warned: 1, duration_seconds: null };
  expect(TestReportFacts.parse(facts)).toEqual(facts);
  const { failed: _, ...rest } = facts;
  expect(TestReportFacts.safeParse(rest).success).toBe(false);
});
