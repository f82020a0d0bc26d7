// JUnit XML, which no one has ever specified: what test runners write under this name.
import type { EvidenceFinding, FactsOf } from '../../domain/evidence-facts.ts';
import type { Format, Note, Understood } from '../reading.ts';
import { children, type XmlElement } from '../xml.ts';

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
      duration_seconds: durationOf(root),
    };
    return {
      kind: 'test-report',
      format: 'junit-xml',
      version: null,
      tool: null,
      subjects: [],
      facts,
    } satisfies Understood;
  },
};

const COUNTED = ['tests', 'failures', 'errors', 'skipped'] as const;
type Counts = Record<(typeof COUNTED)[number], number> & { passed: number };
type Total = Counts & { suites: number; strange: string | null };

// Counts everything below, and compares it with what attributes say: some runners count what is nested there, some do not.
function countSuite(suite: XmlElement, path: string, note: Note): Total {
  const own = countCases(children(suite, 'testcase'));
  const total: Total = { ...own, suites: suite.name === 'testsuite' ? 1 : 0, strange: null };
  for (const [index, part] of suite.children.entries()) {
    const where = `${path}/*[${index + 1}]`;
    if (part.name === 'testsuite' || part.name === 'testsuites') {
      addTo(total, countSuite(part, where, note));
    } else if (part.name === 'failure' || part.name === 'error') {
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
  for (const name of [...COUNTED, 'passed', 'suites'] as const) total[name] += part[name];
  total.strange ??= part.strange;
}

function warning(code: string, message: string, pointer: string): EvidenceFinding {
  return { code, severity: 'warning', message, pointer };
}

function noteStrange(pointer: string, note: Note): void {
  note({ code: 'schema', severity: 'error', message: 'There is no test case, and this is none either', pointer });
}

// A test that failed and then ended in an error, such as while it cleaned up, counts for both.
function countCases(cases: readonly XmlElement[]): Counts {
  const counts: Counts = { tests: cases.length, failures: 0, errors: 0, skipped: 0, passed: 0 };
  for (const one of cases) {
    const parts = new Set(one.children.map(({ name }) => name));
    const said = [one.attributes.get('status'), one.attributes.get('result')].map((word) => word?.trim().toLowerCase());
    const isSaid = (words: readonly string[]) => said.some((word) => word !== undefined && words.includes(word));
    const failed = parts.has('failure') || isSaid(['failed', 'failure', 'fail']);
    const error = parts.has('error') || isSaid(['error', 'errored']);
    const skipped = !failed && !error && (parts.has('skipped') || isSaid(NOT_RUN));
    if (failed) counts.failures += 1;
    if (error) counts.errors += 1;
    if (skipped) counts.skipped += 1;
    if (!failed && !error && !skipped) counts.passed += 1;
  }
  return counts;
}

// The words of GoogleTest and others for a test that is not skipped by an element.
const NOT_RUN = ['notrun', 'disabled', 'suppressed', 'skipped', 'ignored'];

function statedCount({ attributes }: XmlElement, name: (typeof COUNTED)[number]): number | null {
  if (name !== 'skipped') return wholeNumber(attributes.get(name));
  const skipped = wholeNumber(['skipped', 'skips', 'skip', 'ignored'].map((key) => attributes.get(key)).find(Boolean));
  const disabled = wholeNumber(attributes.get('disabled'));
  return skipped === null && disabled === null ? null : (skipped ?? 0) + (disabled ?? 0);
}

function wholeNumber(text: string | undefined): number | null {
  return text !== undefined && /^\s*\d{1,15}\s*$/.test(text) ? Number(text) : null;
}

// As the outermost element says that has a time; else those below it together.
function durationOf(element: XmlElement): number | null {
  const stated = seconds(element.attributes.get('time'));
  if (stated !== null) return stated;
  const parts = [...children(element, 'testsuite'), ...children(element, 'testcase')].map(durationOf);
  const known = parts.filter((part) => part !== null);
  if (known.length === 0) return null;
  const sum = known.reduce((before, part) => before + part, 0);
  return Math.round(sum * 1_000_000) / 1_000_000;
}

// Surefire sets a comma between thousands.
function seconds(text: string | undefined): number | null {
  const plain = text?.trim() ?? '';
  if (plain === '' || plain.length > 40) return null;
  const value = Number(/^\d{1,3}(?:,\d{3})+(?:\.\d+)?$/.test(plain) ? plain.replaceAll(',', '') : plain);
  return Number.isFinite(value) && value >= 0 ? value : null;
}
