// Which results of a SARIF log count, and whether they are reliable.
import type { Disqualified } from '../../../domain/evidence/facts/fact-fields.ts';
import { field, listOf, objectOf, textOf } from '../../../json/fields.ts';
import { levelsOf, ruleOfEach } from './sarif-levels.ts';
import { type Found, severityOfScoreText } from './vulnerability-tally.ts';

export type Standing = 'stands' | 'suppressed' | 'absent';

/**
 * Whether a result counts. A result that is under review, or whose suppression was rejected, counts
 * (SARIF 2.1.0, section 3.35.3).
 */
export function standingOf(result: unknown): Standing {
  if (field(result, 'baselineState') === 'absent') return 'absent';
  const suppressions = listOf(result, 'suppressions');
  const isAccepted = (one: unknown) => objectOf(one) !== null && [undefined, 'accepted'].includes(statusOf(one));
  return suppressions.length > 0 && suppressions.every(isAccepted) ? 'suppressed' : 'stands';
}

const statusOf = (suppression: unknown) => field(suppression, 'status') as string | undefined;

/**
 * The results of every run, including external ones (section 3.13.6), each run at most twice: its
 * rules are indexed each time.
 */
export function* resultsByRun(value: unknown): Generator<readonly [run: unknown, results: readonly unknown[]]> {
  const runs = listOf(value, 'runs');
  for (const run of runs) yield [run, listOf(run, 'results')];
  const byGuid = new Map(runs.map((run) => [guidOf(run), run]));
  const beside = new Map<unknown, unknown[]>();
  for (const one of listOf(value, 'inlineExternalProperties')) {
    const results = listOf(one, 'results');
    if (results.length === 0) continue;
    const run = byGuid.get(textOf(one, 'runGuid') ?? '');
    const known = beside.get(run) ?? [];
    beside.set(run, known);
    for (const result of results) known.push(result);
  }
  yield* beside;
}

const guidOf = (run: unknown) => textOf(run, 'automationDetails', 'guid');

type Counts = { results: number; by_level: Record<string, number>; suppressed?: number; absent?: number };

/** How many results count, by level, and how many do not. */
export function countResults(value: unknown): Counts {
  const by_level = new Map<string, number>();
  const counts: Record<Standing, number> = { stands: 0, suppressed: 0, absent: 0 };
  for (const [run, results] of resultsByRun(value)) {
    for (const result of results) counts[standingOf(result)] += 1;
    for (const level of levelsOf(run, results.filter(stands))) by_level.set(level, (by_level.get(level) ?? 0) + 1);
  }
  const { stands: standing, suppressed, absent } = counts;
  const others = { ...(suppressed > 0 && { suppressed }), ...(absent > 0 && { absent }) };
  return { results: standing, by_level: Object.fromEntries(by_level), ...others };
}

const stands = (result: unknown) => standingOf(result) === 'stands';

/**
 * The results that count, as vulnerabilities, with the severity that vulnerability scanners give
 * their rules (`security-severity`).
 */
export function* vulnerabilitiesIn(value: unknown): Generator<Found> {
  for (const [run, all] of resultsByRun(value)) {
    const results = all.filter(stands);
    const rules = ruleOfEach(run, results);
    const levels = levelsOf(run, results);
    for (const result of results) {
      const rule = rules.next().value;
      // Only results of the kind `fail` are problems (section 3.27.9).
      if (levels.next().value === 'none') continue;
      const severity = severityOfScoreText(textOf(rule, 'properties', 'security-severity'));
      const named = (textOf(result, 'ruleId') ?? textOf(rule, 'id')) !== null;
      yield { severity, fixable: false, named };
    }
  }
}

/** Whether a run says that it failed. */
export function hasFailed(run: unknown): boolean {
  return listOf(run, 'invocations').some((invocation) => {
    const successful = field(invocation, 'executionSuccessful');
    return successful !== undefined && successful !== true;
  });
}

/**
 * The runs that did not fail and whose results are present, even if there are none (section
 * 3.14.23).
 */
export function reliableRuns(value: unknown): readonly unknown[] {
  const parts = listOf(value, 'inlineExternalProperties').filter((one) => Array.isArray(field(one, 'results')));
  const beside = new Set(parts.map((one) => textOf(one, 'runGuid')));
  beside.delete(null);
  const hasResults = (run: unknown) => Array.isArray(field(run, 'results')) || beside.has(guidOf(run));
  return listOf(value, 'runs').filter((run) => !hasFailed(run) && !hasResultsElsewhere(run) && hasResults(run));
}

/** Whether results of a run are in other files, which are not read. */
export function hasResultsElsewhere(run: unknown): boolean {
  return listOf(run, 'externalPropertyFileReferences', 'results').length > 0;
}

/** Why a SARIF log earns no flag: its version, results in other files, or no reliable run. */
export function sarifDisqualification(value: unknown, reliable: readonly unknown[]): Disqualified | undefined {
  if (textOf(value, 'version') !== '2.1.0') return 'unknown_version';
  const runs = listOf(value, 'runs');
  if (runs.some(hasResultsElsewhere)) return 'result_unreadable';
  if (runs.length === 0 || reliable.length > 0) return undefined;
  return runs.every(hasFailed) ? 'failed' : 'result_unreadable';
}
