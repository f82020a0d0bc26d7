import { describe, expect, it } from 'vitest';
import { FORMATS } from '../../src/evidence/formats.ts';
import { LIMITS } from '../../src/evidence/limits.ts';
import { readDocument } from '../../src/evidence/read.ts';
import { DOCUMENTS, type DocumentName, documentOf } from './documents.ts';

const FIELDS = new Set(FORMATS.flatMap(({ fields }) => fields));

describe('a generated document', () => {
  it.each(Object.keys(DOCUMENTS) as DocumentName[])('is read, valid and counted: %s', async (name) => {
    const { format, counted } = DOCUMENTS[name];
    for (const entries of [2, 100]) {
      const reading = await readDocument(documentOf(name, entries));
      expect(reading).toMatchObject({ state: 'read', format, valid: true, facts: { [counted]: entries } });
      expect(reading.findings).toEqual([]);
    }
  });

  const all = Object.keys(DOCUMENTS) as DocumentName[];
  it.each(all.filter((name) => !('written' in DOCUMENTS[name])))(
    'has its format where a field that is used occurs twice: %s',
    async (name) => {
      const { format } = DOCUMENTS[name];
      const text = documentOf(name, 2).toString();
      const [, field] = [...text.matchAll(/"(\w+)":/g)].find(([, key]) => FIELDS.has(key ?? '')) ?? [];
      const twice = text.replace(`"${field}":`, `"${field}":null,"${field}":`);
      const reading = await readDocument(Buffer.from(twice));
      expect(reading).toMatchObject({ state: 'unreadable', format, findings: [{ code: 'duplicate_key' }] });
    },
  );

  it.each(['SPDX tag-value', 'SPDX YAML'] as const)('has its format where it is too large: %s', async (name) => {
    const reading = await readDocument(documentOf(name, 100), { ...LIMITS, maxBytes: 1_000 });
    const { format } = DOCUMENTS[name];
    expect(reading).toMatchObject({ state: 'unreadable', format, findings: [{ code: 'too_large' }] });
  });
});
