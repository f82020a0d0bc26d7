// The report of a scanner within another document, as the result of a vulnerability predicate.
import type { FactsOf, Tool } from '../../../domain/evidence/evidence-facts.ts';
import type { Format, Note, ParsedDocument } from '../../reading.ts';
import { Unreadable } from '../../unreadable.ts';
import { grypeJson } from '../scan/grype-json.ts';
import { osvScannerJson } from '../scan/osv-scanner-json.ts';
import { sarif } from '../scan/sarif.ts';
import { vulnerabilitiesIn } from '../scan/sarif-results.ts';
import { trivyJson } from '../scan/trivy-json.ts';
import { outcomeOf } from '../scan/vulnerability-tally.ts';

const REPORTS: readonly Format<'json'>[] = [grypeJson, trivyJson, osvScannerJson, sarif];

/** The names of all fields that facts are taken from. */
export const REPORT_FIELDS: readonly string[] = REPORTS.flatMap(({ fields }) => fields);

export type Report = { readonly facts: FactsOf<'vuln-report'>; readonly tool: Tool | null };

/** Understands a report; null if it is from an unknown scanner or cannot be read. */
export function reportIn(value: unknown, note: Note): Report | null {
  const format = REPORTS.find((one) => one.recognises({ shape: 'json', value, text: '' }));
  if (format === undefined) return null;
  try {
    // All of these readers are synchronous.
    const { facts, tool } = format.read({ shape: 'json', value, text: JSON.stringify(value) }, note) as ParsedDocument;
    if (facts?.kind === 'vuln-report') return { facts, tool };
    return facts?.kind === 'static-analysis' ? { facts: asVulnerabilities(value, facts), tool } : null;
  } catch (error) {
    if (error instanceof Unreadable) return null;
    throw error;
  }
}

function asVulnerabilities(value: unknown, facts: FactsOf<'static-analysis'>): FactsOf<'vuln-report'> {
  const { disqualified } = facts;
  const isReadable = disqualified === undefined && facts.runs > 0;
  const outcome = outcomeOf(isReadable ? [...vulnerabilitiesIn(value)] : null, {
    failed: disqualified === 'failed',
    unknownVersion: disqualified === 'unknown_version',
    suppressed: facts.suppressed ?? 0,
  });
  return { kind: 'vuln-report', target: facts.target, ...outcome, created: null };
}
