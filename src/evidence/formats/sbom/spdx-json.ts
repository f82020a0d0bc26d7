// SPDX 2 as JSON, and the same within `sbom`, as GitHub's dependency graph exports it.
import { field, type JsonObject, objectOf } from '../../../json/fields.ts';
import type { Format } from '../../reading.ts';
import { parseSpdx2, SPDX2_FIELDS } from './spdx.ts';

export const spdxJson: Format<'json'> = {
  shape: 'json',
  name: 'spdx-json',
  kind: 'sbom',
  fields: SPDX2_FIELDS,
  recognises: ({ value }) => documentIn(value) !== null,
  read({ value }, note) {
    const { document, base } = documentIn(value) ?? { document: {}, base: '' };
    const where = (_: unknown, pointer: string) => base + pointer;
    return parseSpdx2(document, { format: 'spdx-json', strict: false, where, note });
  },
};

function documentIn(value: unknown): { document: JsonObject; base: string } | null {
  if (isSpdx2(value)) return { document: value, base: '' };
  const wrapped = field(value, 'sbom');
  return isSpdx2(wrapped) ? { document: wrapped, base: '/sbom' } : null;
}

const COMPANIONS = ['SPDXID', 'creationInfo', 'dataLicense', 'documentNamespace', 'packages'];

/**
 * Whether a value is an SPDX 2 document of any version: it states one, and has fields that only a
 * document has.
 */
export function isSpdx2(value: unknown): value is JsonObject {
  const object = objectOf(value);
  if (object === null || !Object.hasOwn(object, 'spdxVersion')) return false;
  return COMPANIONS.some((name) => Object.hasOwn(object, name));
}
