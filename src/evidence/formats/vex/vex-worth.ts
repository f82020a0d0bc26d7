// Why a VEX document of any format earns no flag.
import type { Disqualified } from '../../../domain/evidence/facts/fact-fields.ts';

/** What facts say of a document whose version is not known, or none of whose statements names a vulnerability. */
export function whyNot(known: boolean, named: boolean): { disqualified?: Disqualified } {
  if (!known) return { disqualified: 'unknown_version' };
  return named ? {} : { disqualified: 'nothing_named' };
}
