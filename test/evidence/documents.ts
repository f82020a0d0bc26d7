// Documents of every format in any size, the same for the same size every time.
import type { Generated } from './document-parts.ts';
import { REPORTS } from './report-documents.ts';
import { SBOMS } from './sbom-documents.ts';

export const DOCUMENTS = { ...SBOMS, ...REPORTS };
export type DocumentName = keyof typeof DOCUMENTS;

/** A document with `entries` entries: components, subjects, results or what else it lists; as a value, whatever its form. */
export function contentOf(name: DocumentName, entries: number): object {
  return DOCUMENTS[name].of(entries);
}

/** Its bytes. */
export function documentOf(name: DocumentName, entries: number): Buffer {
  const { of, written }: Generated = DOCUMENTS[name];
  return Buffer.from(written?.(entries) ?? JSON.stringify(of(entries)));
}
