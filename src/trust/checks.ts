// The results of checks, as the verifier states them.
import type { Check, CheckName } from '../domain/evidence/verification.ts';

/** A check that was made and passed; `detail` says for what. */
export function passed(check: CheckName, detail: string): Check {
  return { link: check, held: true, code: null, detail };
}

/** A check that failed or was not made; `code` is for programs, `detail` for people. */
export function failed(check: CheckName, code: string, detail: string): Check {
  return { link: check, held: false, code, detail };
}
