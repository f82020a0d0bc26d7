import { describe, expect, it } from 'vitest';
import { readDocument } from '../../src/evidence/read.ts';
import { DOCUMENTS, type DocumentName, documentOf } from '../evidence/documents.ts';

describe('a generated document', () => {
  it.each(Object.keys(DOCUMENTS) as DocumentName[])('is read, valid and counted: %s', async (name) => {
    const { format, counted } = DOCUMENTS[name];
    for (const entries of [2, 100]) {
      const reading = await readDocument(documentOf(name, entries));
      expect(reading).toMatchObject({ state: 'read', format, valid: true, facts: { [counted]: entries } });
      expect(reading.findings).toEqual([]);
    }
  });
});
