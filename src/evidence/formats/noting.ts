// How readers note findings: a document within a document has pointers of its own.
import type { EvidenceFinding } from '../../domain/evidence/evidence-facts.ts';
import type { Note } from '../reading.ts';
import { Unreadable } from '../unreadable.ts';

export function fault(code: string, message: string, pointer: string | null = null): EvidenceFinding {
  return { code, severity: 'error', message, pointer };
}

export function warning(code: string, message: string, pointer: string | null = null): EvidenceFinding {
  return { code, severity: 'warning', message, pointer };
}

/** Notes findings within the part of the document at `prefix`. */
export function under(note: Note, prefix: string): Note {
  return (finding) => note({ ...finding, pointer: prefix + (finding.pointer ?? '') });
}

/**
 * Notes findings within the encoded payload at `pointer`, where JSON Pointers of the document end.
 */
export function inPayload(note: Note, pointer: string): Note {
  return (finding) => {
    const message =
      finding.pointer === null ? finding.message : `${finding.message} (${finding.pointer} of the payload)`;
    note({ ...finding, message, pointer });
  };
}

/**
 * Returns what `read` returns. Where that throws `Unreadable`, the error names the outer document:
 * `known` takes precedence over what `read` states, except for the kind.
 */
export function naming<T>(known: Unreadable['known'], read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    const { kind = known.kind } = error.known;
    throw new Unreadable(error.code, error.message, kind === undefined ? known : { ...known, kind });
  }
}
