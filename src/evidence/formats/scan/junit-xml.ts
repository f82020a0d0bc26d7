// JUnit XML, which has no specification: what test runners write under this name.
import type { EvidenceFinding, FactsOf } from '../../../domain/evidence/evidence-facts.ts';
import type { Format, Note, ParsedDocument } from '../../reading.ts';
import { children, type XmlElement } from '../../text/xml-element.ts';

export const junitXml: Format<'xml'> = {
  shape: 'xml',
  name: 'junit-xml',
  kind: 'test-report',
  fields: [],
  recognises: ({ root }) => root.name === 'testsuites' || root.name === 'testsuite',
  read: ({ root }, note) => {
    const total = countSuite(root, `/${root.name}`, note);
    if (total.tests === 0 && total.strange !== null) noteStrange(total.strange, note);
    const facts: FactsOf<'test-report'> = {
      kind: 'test-report',
      suites: total.suites,
      tests: total.tests,
      passed: total.passed,
      failed: total.failures,
      errors: total.errors,
      skipped: total.skipped,
      ...(total.warned > 0 && { warned: total.warned }),
      duration_seconds: durationOf(root),
    };
    return {
      kind: 'test-report',
      format: 'junit-xml',
      version: null,
      tool: null,
      subjects: [],
      facts,
    } satisfies ParsedDocument;
  },
};

const COUNTED = ['tests', 'failures', 'errors', 'skipped'] as const;
type Counts = Record<(typeof COUNTED)[number], number> & { passed: number; warned: number };
type Total = Counts & { suites: number; strange: string | null };

// Counts all test cases, and compares the result with the attributes: some runners include nested
// ones there, some do not.
function countSuite(suite: XmlElement, path: string, note: Note): Total {
  const own = countCases(children(suite, 'testcase'));
  const total: Total = { ...own, suites: suite.name === 'testsuite' ? 1 : 0, strange: null };
  for (const [index, part] of suite.children.entries()) {
    const where = `${path}/*[${index + 1}]`;
    if (part.name === 'testsuite' || part.name === 'testsuites') {
      addTo(total, countSuite(part, where, note));
    } else if (part.name === 'failure' || part.name === 'error') {
      total[part.name === 'error' ? 'errors' : 'failures'] += 1;
      note(warning('suite_failed', 'A test suite failed outside its test cases', where));
    } else if (!KNOWN_PARTS.includes(part.name)) total.strange ??= where;
  }
  for (const name of COUNTED) {
    const stated = statedCount(suite, name);
    if (stated === null || stated === own[name] || stated === total[name]) continue;
    note(warning('count_mismatch', `It says ${name}="${stated}", and there are ${total[name]}`, path));
  }
  return total;
}

const KNOWN_PARTS = ['testcase', 'properties', 'property', 'system-out', 'system-err'];

function addTo(total: Total, part: Total): void {
  for (const name of [...COUNTED, 'passed', 'warned', 'suites'] as const) total[name] += part[name];
  total.strange ??= part.strange;
}

function warning(code: string, message: string, pointer: string): EvidenceFinding {
  return { code, severity: 'warning', message, pointer };
}

function noteStrange(pointer: string, note: Note): void {
  note({ code: 'schema', severity: 'error', message: 'There is no test case, and this is none either', pointer });
}

// A test that failed and then ended in an error, for example during its cleanup, counts for both.
function countCases(cases: readonly XmlElement[]): Counts {
  const counts: Counts = { tests: cases.length, failures: 0, errors: 0, skipped: 0, passed: 0, warned: 0 };
  for (const one of cases) {
    const outcome = outcomeOf(one);
    if (outcome.has('failed')) counts.failures += 1;
    if (outcome.has('error')) counts.errors += 1;
    if (outcome.has('failed') || outcome.has('error')) continue;
    if (outcome.has('skipped')) counts.skipped += 1;
    else if (outcome.has('warned')) counts.warned += 1;
    else counts.passed += 1;
  }
  return counts;
}

// The elements within a test case, and the words of GoogleTest, CTest, Allure and others in its
// attributes.
const OUTCOMES: Readonly<Record<string, { readonly parts: readonly string[]; readonly words: readonly string[] }>> = {
  failed: { parts: ['failure'], words: ['failed', 'failure', 'fail'] },
  error: {
    parts: ['error'],
    words: ['error', 'errored', 'broken', 'timeout', 'timedout', 'aborted', 'crashed'],
  },
  skipped: {
    parts: ['skipped'],
    words: ['notrun', 'disabled', 'suppressed', 'skipped', 'ignored', 'pending', 'incomplete'],
  },
  // PHPUnit writes elements for tests that warned or that tested nothing.
  warned: { parts: ['warning', 'risky'], words: ['warning', 'warned', 'risky'] },
};

// Surefire writes these if a test failed every time it was run, and `flakyFailure` or `flakyError`
// if it passed in the end.
const RERUNS = [
  ['rerunFailure', 'failure'],
  ['rerunError', 'error'],
] as const;

function outcomeOf(testCase: XmlElement): ReadonlySet<string> {
  const inside = new Set(testCase.children.map(({ name }) => name));
  if (!inside.has('failure') && !inside.has('error'))
    for (const [rerun, same] of RERUNS) if (inside.has(rerun)) inside.add(same);
  const stated = ['status', 'result'].map((name) => testCase.attributes.get(name)?.trim().toLowerCase() ?? '');
  const applies = Object.entries(OUTCOMES).filter(
    ([, { parts, words }]) => parts.some((name) => inside.has(name)) || stated.some((word) => words.includes(word)),
  );
  return new Set(applies.map(([outcome]) => outcome));
}

function statedCount({ attributes }: XmlElement, name: (typeof COUNTED)[number]): number | null {
  if (name !== 'skipped') return wholeNumber(attributes.get(name));
  const skipped = wholeNumber(['skipped', 'skips', 'skip', 'ignored'].map((key) => attributes.get(key)).find(Boolean));
  const disabled = wholeNumber(attributes.get('disabled'));
  return skipped === null && disabled === null ? null : (skipped ?? 0) + (disabled ?? 0);
}

function wholeNumber(text: string | undefined): number | null {
  return text !== undefined && /^\s*\d{1,15}\s*$/.test(text) ? Number(text) : null;
}

// The time of the outermost element that has one; otherwise the sum of those below it, if all of
// them can be read.
function durationOf(element: XmlElement): number | null {
  const seconds = secondsOf(element);
  return Number.isFinite(seconds) ? seconds : null;
}

// Null if there is none, and NaN if it cannot be read.
function secondsOf(element: XmlElement): number | null {
  const stated = seconds(element.attributes.get('time'));
  if (stated !== null && !Number.isNaN(stated)) return stated;
  const parts = [...children(element, 'testsuite'), ...children(element, 'testcase')].map(secondsOf);
  const known = parts.filter((part) => part !== null);
  if (known.length === 0) return stated;
  const sum = known.reduce((before, part) => before + part, 0);
  return Math.round(sum * 1_000_000) / 1_000_000;
}

const MAX_DIGITS = 40;

// Runners write numbers in their locale. A single comma before three digits is ambiguous (`1,234`)
// and not guessed.
function seconds(text: string | undefined): number | null {
  const stated = text?.trim() ?? '';
  if (stated === '') return null;
  if (stated.length > MAX_DIGITS) return Number.NaN;
  const plain = withPoint(stated);
  const value = /^(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?$/.test(plain) ? Number(plain) : Number.NaN;
  return Number.isFinite(value) ? value : Number.NaN;
}

function withPoint(stated: string): string {
  if (/^[1-9]\d{0,2}(?:,\d{3})+\.\d+$|^[1-9]\d{0,2}(?:,\d{3}){2,}$/.test(stated)) return stated.replaceAll(',', '');
  if (/^[1-9]\d{0,2}(?:\.\d{3})+,\d+$/.test(stated)) return stated.replaceAll('.', '').replace(',', '.');
  if (/^[1-9]\d{0,2},\d{3}$/.test(stated)) return '';
  return /^\d+,\d+$/.test(stated) ? stated.replace(',', '.') : stated;
}
