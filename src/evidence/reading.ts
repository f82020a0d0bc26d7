// The shape that every reader gives a parsed document, and the interface of a reader.
import type { EvidenceFacts, EvidenceFinding, EvidenceKind, Subject, Tool } from '../domain/evidence/evidence-facts.ts';
import type { Signed } from '../domain/evidence/signed.ts';
import type { XmlElement } from './text/xml-element.ts';

/** A document, decoded and parsed: readers are asked whether they recognise it. */
export type Document =
  /** `text` is what `value` was parsed from. */
  | { readonly shape: 'json'; readonly value: unknown; readonly text: string }
  /** One JSON value a line, at least two; a malformed line is undefined. */
  | { readonly shape: 'json-lines'; readonly values: readonly unknown[] }
  | { readonly shape: 'xml'; readonly root: XmlElement; readonly text: string }
  | { readonly shape: 'text'; readonly text: string };

export type Shape = Document['shape'];
export type DocumentOf<S extends Shape> = Extract<Document, { shape: S }>;

/**
 * A document as its reader understood it. `subjects` has all of them; strings may be of any length:
 * they are cut later.
 */
export type ParsedDocument = {
  kind: EvidenceKind;
  /**
   * The name of the format, such as `cyclonedx-json`, and its version as the document states it.
   */
  format: string;
  version: string | null;
  tool: Tool | null;
  subjects: Subject[];
  facts: EvidenceFacts | null;
  /** The signed parts, for the verifier. */
  signed?: readonly Signed[];
};

/** Notes a finding. Readers may note any number: 1,000 are kept, all are counted. */
export type Note = (finding: EvidenceFinding) => void;

/**
 * A reader of one format. It is pure: no clock, no network, no files except the schemas that ship
 * with it. It never throws because of what a document contains, except `Unreadable` if nothing can
 * be said about it.
 */
export type Format<S extends Shape = Shape> = {
  readonly shape: S;
  /** The name that most documents of this format have. */
  readonly name: string;
  /** The kind of such documents, if it is always the same. */
  readonly kind?: EvidenceKind;
  /**
   * The names of the fields that facts are taken from: if one of them occurs twice in an object,
   * the document is unreadable.
   */
  readonly fields: readonly string[];
  /**
   * Whether the document has this format, in any version. Looks only at the content, is fast, and
   * never throws.
   */
  recognises(document: DocumentOf<S>): boolean;
  read(document: DocumentOf<S>, note: Note): ParsedDocument | Promise<ParsedDocument>;
};

export type { Reading } from '../domain/evidence/reading.ts';
