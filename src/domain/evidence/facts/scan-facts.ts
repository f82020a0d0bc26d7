// What tools found: vulnerabilities, results of static analysis, scores, tests.
import { z } from 'zod';
import { count, counts, Disqualified, suppressed, words } from './fact-fields.ts';

export const VulnerabilityFacts = z
  .object({
    kind: z.literal('vuln-report').meta({ description: 'The kind of the document.', examples: ['vuln-report'] }),
    disqualified: Disqualified,
    target: words('What was scanned.', 'registry.example/payment-api:2.4.1'),
    vulnerabilities: z
      .int()
      .nullable()
      .meta({
        description:
          'Vulnerabilities found, each counted once for every package that it was found in; null if the result cannot be read.',
        examples: [7],
      }),
    by_severity: counts('The same, by severity: `critical`, `high`, `medium`, `low`, `negligible`, `unknown`.', {
      high: 2,
      medium: 5,
    }),
    fixable: count('Vulnerabilities for which a fixed version is known, counted the same way.', 4),
    suppressed: suppressed(
      'Vulnerabilities that were found and then left out by a rule of the user or by VEX: `vulnerabilities` does not count them.',
    ),
    created: words('When it was made, as the document states.', '2026-01-31T10:05:00Z'),
  })
  .meta({ id: 'VulnerabilityFacts', description: 'What a vulnerability scan found.' });

export const StaticAnalysisFacts = z
  .object({
    kind: z
      .literal('static-analysis')
      .meta({ description: 'The kind of the document.', examples: ['static-analysis'] }),
    disqualified: Disqualified,
    target: words(
      'What was analysed, by a run that names its tool and did not fail: the repository, or else the first file or folder named.',
      'https://github.com/acme/app',
    ),
    runs: count('Runs of tools.', 1),
    results: count('Results that are neither suppressed nor absent.', 9),
    by_level: counts('The same, by level: `error`, `warning`, `note`, `none`.', { warning: 8, error: 1 }),
    suppressed: suppressed('Results with an accepted suppression.'),
    absent: z
      .int()
      .optional()
      .meta({
        description: 'Results of an earlier run that this run no longer found. Left out if there are none.',
        examples: [3],
      }),
    rules: count('Rules of the tools.', 60),
  })
  .meta({ id: 'StaticAnalysisFacts', description: 'What static analysis found (SARIF).' });

export const ScorecardFacts = z
  .object({
    kind: z.literal('scorecard').meta({ description: 'The kind of the document.', examples: ['scorecard'] }),
    disqualified: Disqualified,
    repository: words('The repository that was scored.', 'github.com/acme/payment-api'),
    commit: words('Its commit.', 'a2b6c9ef0e9d4b1f8a7c6d5e4f3a2b1c0d9e8f7a'),
    score: z
      .number()
      .nullable()
      .meta({ description: 'The score, 0 to 10; null if there is none.', examples: [7.4] }),
    checks: z
      .array(
        z.object({
          name: z.string().meta({ description: 'Its name.', examples: ['Code-Review'] }),
          score: z
            .number()
            .nullable()
            .meta({ description: 'Its score, 0 to 10; -1 or null if it has none.', examples: [10] }),
        }),
      )
      .meta({ description: 'The checks, at most 100.', examples: [[{ name: 'Code-Review', score: 10 }]] }),
    created: words('When it was made, as the document states.', '2026-01-31'),
  })
  .meta({ id: 'ScorecardFacts', description: 'An OpenSSF Scorecard.' });

export const TestReportFacts = z
  .object({
    kind: z.literal('test-report').meta({ description: 'The kind of the document.', examples: ['test-report'] }),
    suites: count('Test suites.', 3),
    tests: count('Test cases.', 120),
    passed: count('Test cases that passed.', 118),
    failed: count('Test cases that failed.', 1),
    errors: count('Test cases that ended in an error.', 0),
    skipped: count('Test cases that were not run.', 1),
    warned: z
      .int()
      .optional()
      .meta({
        description:
          'Test cases that a test runner reports as risky or with a warning: they have neither passed nor ' +
          'failed. Left out if there are none.',
        examples: [2],
      }),
    duration_seconds: z
      .number()
      .nullable()
      .meta({ description: 'How long the tests took, in seconds; null if not stated.', examples: [12.4] }),
  })
  .meta({ id: 'TestReportFacts', description: 'The results of tests (JUnit XML).' });
