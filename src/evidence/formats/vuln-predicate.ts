// The predicate of in-toto's vulnerability attestations (https://in-toto.io/attestation/vulns, and cosign's) alone.
import { field, listOf, objectOf, textOf } from '../json.ts';
import type { DocumentOf, Format, Note, Understood } from '../reading.ts';
import { fault } from './noting.ts';

export const vulnPredicate: Format<'json'> = {
  shape: 'json',
  name: 'vuln-predicate',
  kind: 'vuln-report',
  fields: ['scanner', 'uri', 'version', 'result', 'severity', 'method', 'score', 'metadata', 'scanFinishedOn'],
  recognises: ({ value }) =>
    textOf(value, 'scanner', 'uri') !== null &&
    objectOf(field(value, 'metadata')) !== null &&
    (field(value, 'metadata', 'scanStartedOn') !== undefined ||
      field(value, 'metadata', 'scanFinishedOn') !== undefined),
  read: readPredicate,
};

function readPredicate({ value }: DocumentOf<'json'>, note: Note): Understood {
  const stated = field(value, 'scanner', 'result') ?? [];
  if (!Array.isArray(stated))
    note(fault('result_unknown', 'The result is in a form that is not read', '/scanner/result'));
  const results = listOf(value, 'scanner', 'result');
  const severities = new Map<string, number>();
  for (const result of results) {
    const severity = severityOf(result);
    severities.set(severity, (severities.get(severity) ?? 0) + 1);
  }
  const name = textOf(value, 'scanner', 'uri');
  return {
    kind: 'vuln-report',
    format: 'vuln-predicate',
    version: null,
    tool: name === null ? null : { name, version: textOf(value, 'scanner', 'version') },
    subjects: [],
    facts: {
      kind: 'vuln-report',
      target: null,
      vulnerabilities: results.length,
      by_severity: Object.fromEntries(severities),
      fixable: 0,
      created: textOf(value, 'metadata', 'scanFinishedOn'),
    },
  };
}

const WORDS = ['critical', 'high', 'medium', 'low', 'negligible'];

// Each method has its own scale: the worst word of any counts, and numbers are scores that CVSS has words for (section 5 of v3.1).
function severityOf(result: unknown): string {
  const found = listOf(result, 'severity').map((one) => wordOf(field(one, 'score')));
  return WORDS.find((word) => found.includes(word)) ?? 'unknown';
}

function wordOf(stated: unknown): string {
  const word = String(typeof stated === 'string' ? stated : '').toLowerCase();
  if (WORDS.includes(word)) return word;
  const score = typeof stated === 'number' ? stated : /^\d{1,2}(?:\.\d{1,2})?$/.test(word) ? Number(word) : Number.NaN;
  if (score >= 9) return 'critical';
  if (score >= 7) return 'high';
  if (score >= 4) return 'medium';
  return score > 0 ? 'low' : 'unknown';
}
