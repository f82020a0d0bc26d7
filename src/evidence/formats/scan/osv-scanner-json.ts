// OSV-Scanner, the JSON of `osv-scanner --format json`. It states no version.
import { field, listOf, numberOf, objectOf, textOf } from '../../../json/fields.ts';
import type { Format, Note, ParsedDocument } from '../../reading.ts';
import { cvss3Score } from './cvss3.ts';
import {
  ERROR_FIELDS,
  type Found,
  outcomeOf,
  severityOf,
  severityOfScore,
  severityOfScoreText,
  statesError,
} from './vulnerability-tally.ts';

export const osvScannerJson: Format<'json'> = {
  shape: 'json',
  name: 'osv-scanner-json',
  kind: 'vuln-report',
  fields: ['results', 'source', 'path', 'packages', 'package', 'name', 'ecosystem', 'vulnerabilities', 'id', 'groups']
    .concat(['ids', 'max_severity', 'severity', 'type', 'score', 'database_specific', 'affected', 'ranges'])
    .concat(['events', 'fixed', 'date', 'experimental_config', ...ERROR_FIELDS]),
  recognises: ({ value }) => {
    const results = field(value, 'results');
    const hasConfig = objectOf(field(value, 'experimental_config')) !== null;
    if (!Array.isArray(results)) return results === null && hasConfig;
    // Before version 2 it wrote nothing else if it found nothing.
    if (results.length === 0) return hasConfig || Object.keys(value as object).length === 1;
    return results.some(
      (result) => objectOf(field(result, 'source')) !== null && Array.isArray(field(result, 'packages')),
    );
  },
  read: ({ value }, note) => {
    check(value, note);
    return {
      kind: 'vuln-report',
      format: 'osv-scanner-json',
      version: null,
      tool: { name: 'osv-scanner', version: null },
      subjects: [],
      facts: {
        kind: 'vuln-report',
        target: textOf(listOf(value, 'results')[0], 'source', 'path'),
        ...outcomeOf(isReadable(value) ? [...vulnerabilitiesOf(value)] : null, { failed: statesError(value) }),
        created: textOf(value, 'date'),
      },
    } satisfies ParsedDocument;
  },
};

function check(value: unknown, note: Note): void {
  const report = (message: string, pointer: string) => note({ code: 'schema', severity: 'error', message, pointer });
  listOf(value, 'results').forEach((result, index) => {
    const pointer = `/results/${index}`;
    if (!Array.isArray(field(result, 'packages'))) report('must be array', `${pointer}/packages`);
    listOf(result, 'packages').forEach((found, at) => {
      const where = `${pointer}/packages/${at}`;
      if (textOf(found, 'package', 'name') === null && textOf(found, 'package', 'commit') === null)
        report('must name a package', where);
      const list = field(found, 'vulnerabilities');
      if (list !== undefined && list !== null && !Array.isArray(list))
        report('must be array', `${where}/vulnerabilities`);
      listOf(found, 'vulnerabilities').forEach((one, nth) => {
        if (textOf(one, 'id') === null) report('must have an id', `${where}/vulnerabilities/${nth}`);
      });
    });
  });
}

function isReadable(value: unknown): boolean {
  const results = field(value, 'results');
  if (!Array.isArray(results)) return false;
  // An empty list is omitted, and Go writes null for it.
  const isList = (list: unknown) => list === undefined || list === null || Array.isArray(list);
  return results.every((result) => {
    const packages = field(result, 'packages');
    return Array.isArray(packages) && packages.every((found) => isList(field(found, 'vulnerabilities')));
  });
}

function* vulnerabilitiesOf(value: unknown): Generator<Found> {
  for (const result of listOf(value, 'results')) {
    for (const found of listOf(result, 'packages')) {
      const ratings = ratingsOf(found);
      for (const one of listOf(found, 'vulnerabilities'))
        yield {
          severity: ratingOf(one, ratings),
          fixable: isFixable(one, found),
          named: textOf(one, 'id') !== null,
        };
    }
  }
}

// The scanner's own ratings: the highest one among the ids of the same vulnerability.
function ratingsOf(found: unknown): Map<string, string> {
  const ratings = new Map<string, string>();
  for (const group of listOf(found, 'groups')) {
    const score = numberOf(group, 'max_severity');
    const rating = score === null ? severityOfScoreText(textOf(group, 'max_severity')) : severityOfScore(score);
    for (const id of listOf(group, 'ids')) if (typeof id === 'string') ratings.set(id, rating);
  }
  return ratings;
}

function ratingOf(one: unknown, ratings: ReadonlyMap<string, string>): string {
  const stated = severityOf(textOf(one, 'database_specific', 'severity'));
  if (stated !== 'unknown') return stated;
  for (const severity of listOf(one, 'severity')) {
    if (field(severity, 'type') !== 'CVSS_V3') continue;
    const score = cvss3Score(textOf(severity, 'score') ?? '');
    if (score !== null) return severityOfScore(score);
  }
  return ratings.get(textOf(one, 'id') ?? '') ?? 'unknown';
}

function isFixable(one: unknown, found: unknown): boolean {
  const name = textOf(found, 'package', 'name');
  const ecosystem = textOf(found, 'package', 'ecosystem');
  return listOf(one, 'affected').some((affected) => {
    // Ecosystems may be more specific here: `Debian:12`.
    const there = textOf(affected, 'package', 'ecosystem')?.split(':', 1)[0] ?? null;
    if (textOf(affected, 'package', 'name') !== name || there !== (ecosystem?.split(':', 1)[0] ?? null)) return false;
    return listOf(affected, 'ranges').some((range) =>
      listOf(range, 'events').some((event) => textOf(event, 'fixed') !== null),
    );
  });
}
