// Documents read by a reader of the test's own, as the pipeline has them read.

import { LIMITS } from '../../src/evidence/limits.ts';
import { readDocument, type Verifying } from '../../src/evidence/read.ts';
import type { Document, Format, Note, ParsedDocument } from '../../src/evidence/reading.ts';

/** The least that a reader may understand. */
export const READ: ParsedDocument = {
  kind: 'attestation',
  format: 'test',
  version: null,
  tool: null,
  subjects: [],
  facts: { kind: 'attestation', predicate_type: null, subjects: 0, statements: 0, predicate: null },
};

/** Reads every JSON document as what is given. */
export function reading(
  understood: unknown,
  document = '{}',
  noting: (note: Note) => void = () => {},
  verifying: Verifying | null = null,
) {
  const format: Format<'json'> = {
    shape: 'json',
    name: 'test',
    fields: ['used'],
    recognises: () => true,
    read(_: Document, note) {
      noting(note);
      if (understood instanceof Error) throw understood;
      return understood as ParsedDocument;
    },
  };
  return readDocument(Buffer.from(document), LIMITS, [format as unknown as Format], verifying);
}
