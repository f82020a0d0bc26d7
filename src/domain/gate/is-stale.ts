import { isOutdated } from '../evidence/pending.ts';
import { readBy } from '../evidence/reader.ts';
import type { GateInput } from './rule.ts';

/**
 * Whether a flag may be missing only because content must be read or verified again, which happens
 * without the caller. What a newer reader read does not count: this process leaves it alone.
 */
export function isStale({
  artifacts,
  documents,
  minimum,
  trust,
}: Pick<GateInput, 'artifacts' | 'documents' | 'minimum' | 'trust'>): boolean {
  if (artifacts.some(isOutdated)) return true;
  if (minimum !== 'verified') return false;
  const newer = new Set(artifacts.filter(({ evidence }) => readBy(evidence) === 'newer').map(({ id }) => id));
  return documents.some(
    ({ artifact_id, verification }) => !newer.has(artifact_id) && verification !== null && verification.trust !== trust,
  );
}
