// Why a VEX document of any format earns no flag.
import type { Disqualified } from '../../../domain/evidence/facts/fact-fields.ts';

/**
 * The reason as a field of the facts: the version is unknown, or no statement names a
 * vulnerability.
 */
export function disqualification(known: boolean, named: boolean): { disqualified?: Disqualified } {
  if (!known) return { disqualified: 'unknown_version' };
  return named ? {} : { disqualified: 'nothing_named' };
}
