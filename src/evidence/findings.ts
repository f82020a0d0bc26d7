import type { EvidenceFinding } from '../domain/evidence/evidence-facts.ts';
import type { Reading } from './reading.ts';
import { sizeOf, storable } from './storable.ts';

const MAX_CODE = 256;
const MAX_MESSAGE = 500;
const MAX_POINTER = 1_024;
const MAX_FINDINGS = 1_000;
const MAX_BYTES = 256 * 1024;

export type Findings = {
  note(finding: EvidenceFinding): void;
  /** Puts the finding before all others: the reason why the document is unreadable. */
  refuse(finding: EvidenceFinding): void;
  result(): Pick<Reading, 'findings' | 'findings_total' | 'valid'>;
};

/**
 * Keeps at most 1,000 findings and 256 KiB of them, and counts all. Warnings take up at most half
 * of that, so that errors are seen.
 */
export function findings(): Findings {
  const kept: EvidenceFinding[] = [];
  // Room is set aside for a refusal.
  const all = { count: 0, bytes: MAX_MESSAGE * 6 + 1_000 };
  const warnings = { count: 0, bytes: 0 };
  let [total, errors] = [0, 0];
  const count = ({ severity }: EvidenceFinding) => {
    total += 1;
    if (severity === 'error') errors += 1;
  };
  return {
    note(finding) {
      count(finding);
      const isWarning = finding.severity === 'warning';
      if (all.count >= MAX_FINDINGS || (isWarning && warnings.count >= MAX_FINDINGS / 2)) return;
      const one = boundedFinding(finding);
      const bytes = sizeOf(one) + 1;
      if (all.bytes + bytes > MAX_BYTES) return;
      if (isWarning && warnings.bytes + bytes > MAX_BYTES / 2) return;
      for (const tally of isWarning ? [all, warnings] : [all]) {
        tally.count += 1;
        tally.bytes += bytes;
      }
      kept.push(one);
    },
    refuse(finding) {
      count(finding);
      kept.unshift(boundedFinding(finding));
    },
    result: () => ({ findings: kept.slice(0, MAX_FINDINGS), findings_total: total, valid: errors === 0 }),
  };
}

function boundedFinding({ code, severity, message, pointer }: EvidenceFinding): EvidenceFinding {
  return {
    code: storable(code, MAX_CODE),
    severity,
    message: storable(message, MAX_MESSAGE),
    pointer: pointer === null ? null : storable(pointer, MAX_POINTER),
  };
}
