// The values of tags in the JSON form of SPDX 2; undefined if a value does not fit its tag.
import type { Reading } from './tag-value-tags.ts';

export const READINGS: Readonly<Record<Reading, (value: string) => unknown>> = {
  text: (value) => value,
  none: (value) => value,
  // The JSON form has underscores where tag-value may have hyphens (OPERATING-SYSTEM).
  word: (value) => value.replaceAll('-', '_'),
  flag: (value) => (value === 'true' ? true : value === 'false' ? false : undefined),
  checksum: (value) => {
    const [algorithm, checksumValue] = cut(value, ':');
    return checksumValue === '' ? undefined : { algorithm, checksumValue };
  },
  verification: (value) => {
    const [code] = cut(value, '(');
    return { packageVerificationCodeValue: code };
  },
  reference: (value) => {
    const [, referenceCategory, referenceType, referenceLocator] = /^(\S+)\s+(\S+)\s+(\S.*)$/s.exec(value) ?? [];
    return referenceLocator === undefined ? undefined : { referenceCategory, referenceType, referenceLocator };
  },
  document: (value) => {
    const [externalDocumentId = '', spdxDocument, algorithm = '', checksumValue] = words(value);
    if (spdxDocument === undefined || checksumValue === undefined) return undefined;
    return { externalDocumentId, spdxDocument, checksum: { algorithm: algorithm.replace(/:$/, ''), checksumValue } };
  },
  relationship: (value) => {
    const [spdxElementId, relationshipType, relatedSpdxElement, ...more] = words(value);
    if (relatedSpdxElement === undefined || more.length > 0) return undefined;
    return { spdxElementId, relationshipType, relatedSpdxElement };
  },
  range: (value) => {
    const [start, end] = cut(value, ':');
    if (!/^\d+$/.test(start) || !/^\d+$/.test(end)) return undefined;
    const [offset, last] = [Number(start), Number(end)];
    return { startPointer: { reference: '', offset }, endPointer: { reference: '', offset: last } };
  },
};

function cut(value: string, mark: string): [string, string] {
  const at = value.indexOf(mark);
  return at === -1 ? [value.trim(), ''] : [value.slice(0, at).trim(), value.slice(at + 1).trim()];
}

// One more than any tag has, which is enough to see that there are too many.
const MAX_WORDS = 6;

function words(value: string): string[] {
  return value.split(/\s+/, MAX_WORDS).filter((word) => word !== '');
}
