// Bare predicates of vulnerability attestations: in-toto's (https://in-toto.io/attestation/vulns)
// and cosign's.
import { field, listOf, objectOf, textOf } from '../../../json/fields.ts';
import type { DocumentOf, Format, Note, ParsedDocument } from '../../reading.ts';
import { fault, under, warning } from '../noting.ts';
import {
  ERROR_FIELDS,
  type Found,
  outcomeOf,
  severityOf,
  severityOfScore,
  severityOfScoreText,
  statesError,
  worstOf,
} from '../scan/vulnerability-tally.ts';
import { REPORT_FIELDS, type Report, reportIn } from './nested-report.ts';

export const vulnPredicate: Format<'json'> = {
  shape: 'json',
  name: 'vuln-predicate',
  kind: 'vuln-report',
  fields: ['scanner', 'uri', 'version', 'result', 'severity', 'method', 'score', 'metadata', 'scanFinishedOn']
    .concat(['vulnerability', 'id', ...ERROR_FIELDS])
    .concat(REPORT_FIELDS),
  recognises: ({ value }) =>
    typeof field(value, 'scanner', 'uri') === 'string' &&
    objectOf(field(value, 'metadata')) !== null &&
    (field(value, 'metadata', 'scanStartedOn') !== undefined ||
      field(value, 'metadata', 'scanFinishedOn') !== undefined),
  read: readPredicate,
};

function readPredicate({ value }: DocumentOf<'json'>, note: Note): ParsedDocument {
  const name = textOf(value, 'scanner', 'uri');
  const { facts, tool } = resultOf(field(value, 'scanner', 'result'), under(note, '/scanner/result'));
  return {
    kind: 'vuln-report',
    format: 'vuln-predicate',
    version: null,
    tool: name === null ? tool : { name, version: textOf(value, 'scanner', 'version') },
    subjects: [],
    facts: {
      ...facts,
      ...([value, field(value, 'scanner')].some(statesError) && { disqualified: 'failed' }),
      created: textOf(value, 'metadata', 'scanFinishedOn') ?? facts.created,
    },
  };
}

// in-toto has a list, which is empty if nothing was found; cosign has the unchanged report of the
// scanner.
function resultOf(result: unknown, note: Note): Report {
  const report = reportIn(result, note);
  if (report !== null) return report;
  const found = foundIn(result);
  if (found === null) {
    const message = 'The result is in a form that is not read';
    note(isGiven(result) ? fault('result_unknown', message, '') : warning('result_missing', 'There is no result', ''));
  }
  const outcome = outcomeOf(found, { failed: statesError(result) });
  return { facts: { kind: 'vuln-report', target: null, ...outcome, created: null }, tool: null };
}

const isGiven = (result: unknown) => result !== undefined && result !== null;

// An object of another tool in the list may stand for any number of vulnerabilities.
function foundIn(result: unknown): Found[] | null {
  if (!Array.isArray(result)) return null;
  const entries = result.map((one) => objectOf(field(one, 'vulnerability')) ?? one);
  const isForeign = (one: unknown) => objectOf(one) !== null && textOf(one, 'id') === null;
  if (entries.some(isForeign)) return null;
  return entries.map((one) => ({
    severity: severityOfResult(one),
    fixable: false,
    named: textOf(one, 'id') !== null,
  }));
}

// Each method has its own scale: the worst of them counts. Numbers are CVSS scores.
function severityOfResult(result: unknown): string {
  return worstOf(listOf(result, 'severity').map((one) => severityOfStated(field(one, 'score'))));
}

function severityOfStated(score: unknown): string {
  if (typeof score === 'number') return severityOfScore(score);
  const text = typeof score === 'string' ? score : '';
  return /^\d/.test(text) ? severityOfScoreText(text) : severityOf(text);
}
