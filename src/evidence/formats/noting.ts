// How readers of attestations note what they find: a document within a document has pointers of its own.
import type { EvidenceFinding } from '../../domain/evidence/evidence-facts.ts';
import type { Note } from '../reading.ts';
import { Unreadable } from '../unreadable.ts';

export function fault(code: string, message: string, pointer: string | null = null): EvidenceFinding {
  return { code, severity: 'error', message, pointer };
}

export function oddity(code: string, message: string, pointer: string | null = null): EvidenceFinding {
  return { code, severity: 'warning', message, pointer };
}

/** Notes what is found in a part of the document, which lies at `prefix`. */
export function under(note: Note, prefix: string): Note {
  return (finding) => note({ ...finding, pointer: prefix + (finding.pointer ?? '') });
}

/** Notes what is found within the payload that lies encoded at `pointer`: JSON Pointers of the document end there. */
export function inPayload(note: Note, pointer: string): Note {
  return (finding) => {
    const message =
      finding.pointer === null ? finding.message : `${finding.message} (${finding.pointer} of the payload)`;
    note({ ...finding, message, pointer });
  };
}

/** What `read` gives; where it cannot read, it is said of which document: `known` outdoes what `read` says, but for the kind. */
export function naming<T>(known: Unreadable['known'], read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    const { kind = known.kind } = error.known;
    throw new Unreadable(error.code, error.message, kind === undefined ? known : { ...known, kind });
  }
}
