// The one shape that every reader makes of a document, and what a reader is.
import type { EvidenceFacts, EvidenceFinding, EvidenceKind, Subject, Tool } from '../domain/evidence/evidence-facts.ts';
import type { Signed } from '../domain/evidence/signed.ts';
import type { XmlElement } from './text/xml.ts';

/** A document as far as its encoding goes: what readers are asked about. */
export type Document =
  /** `text` is what `value` was parsed from. */
  | { readonly shape: 'json'; readonly value: unknown; readonly text: string }
  /** One JSON value a line, two at least; a line that is none is undefined. */
  | { readonly shape: 'json-lines'; readonly values: readonly unknown[] }
  | { readonly shape: 'xml'; readonly root: XmlElement; readonly text: string }
  | { readonly shape: 'text'; readonly text: string };

export type Shape = Document['shape'];
export type DocumentOf<S extends Shape> = Extract<Document, { shape: S }>;

/** What a reader understood. `subjects` are all that it names; strings may be of any length: they are cut later. */
export type Understood = {
  kind: EvidenceKind;
  /** The word for the format, such as `cyclonedx-json`, and its version as the document states it. */
  format: string;
  version: string | null;
  tool: Tool | null;
  subjects: Subject[];
  facts: EvidenceFacts | null;
  /** What in it is signed, for the verifier. */
  signed?: readonly Signed[];
};

/** Notes a finding. Readers may note as many as they like; 1,000 are kept, all are counted. */
export type Note = (finding: EvidenceFinding) => void;

/**
 * A reader of one format. It is pure: no clock, no network, no files but the schemas that ship with it. It never throws for what a
 * document holds, but `Unreadable` where nothing can be said of it.
 */
export type Format<S extends Shape = Shape> = {
  readonly shape: S;
  /** The word for it, which most of its documents are given. */
  readonly name: string;
  /** What such documents are, where that is always the same. */
  readonly kind?: EvidenceKind;
  /** The names of fields that it takes facts from: one that occurs twice in one object makes the document unreadable. */
  readonly fields: readonly string[];
  /** Whether the document is of this format, whatever its version. Looks at content alone, quickly, and never throws. */
  recognises(document: DocumentOf<S>): boolean;
  read(document: DocumentOf<S>, note: Note): Understood | Promise<Understood>;
};

export type { Reading } from '../domain/evidence/evidence.ts';
