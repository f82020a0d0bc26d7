// The predicate of in-toto's vulnerability attestations (https://in-toto.io/attestation/vulns, and cosign's) alone.
import { field, listOf, objectOf, textOf } from '../../domain/json-fields.ts';
import type { DocumentOf, Format, Note, Understood } from '../reading.ts';
import { fault } from './noting.ts';
import { severityOf, severityOfScore, tally, worstOf } from './vulnerability-tally.ts';

export const vulnPredicate: Format<'json'> = {
  shape: 'json',
  name: 'vuln-predicate',
  kind: 'vuln-report',
  fields: ['scanner', 'uri', 'version', 'result', 'severity', 'method', 'score', 'metadata', 'scanFinishedOn'],
  recognises: ({ value }) =>
    typeof field(value, 'scanner', 'uri') === 'string' &&
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
      ...tally(results.map((result) => ({ severity: severityOfResult(result), fixable: false }))),
      created: textOf(value, 'metadata', 'scanFinishedOn'),
    },
  };
}

// Each method has its own scale: the worst of any counts. Numbers are scores of CVSS.
function severityOfResult(result: unknown): string {
  return worstOf(listOf(result, 'severity').map((one) => severityOfStated(field(one, 'score'))));
}

function severityOfStated(score: unknown): string {
  if (typeof score === 'number') return severityOfScore(score);
  const text = typeof score === 'string' ? score : '';
  return /^\d{1,2}(?:\.\d{1,2})?$/.test(text) ? severityOfScore(Number(text)) : severityOf(text);
}
