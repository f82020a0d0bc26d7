// Keywords of JSON Schema in linear time: ajv compares every item with every other, and a value
// with every member of an enumeration. For a BOM of 100,000 components that takes minutes.
import type { Ajv } from 'ajv';
import type { AnySchemaObject, DataValidateFunction } from 'ajv/dist/types/index.js';
import { type Identities, samePair } from './same-pair.ts';

/**
 * Replaces ajv's keywords by linear ones. Each call of a validator needs new `Identities` as
 * `this`.
 */
export function useLinearKeywords(ajv: Ajv): void {
  ajv.removeKeyword('uniqueItems').addKeyword({
    keyword: 'uniqueItems',
    type: 'array',
    errors: true,
    compile: (wanted: boolean) =>
      function unique(this: unknown, items: unknown[]): boolean {
        const pair = wanted ? samePair(items, this as Identities) : null;
        if (pair !== null)
          (unique as DataValidateFunction).errors = [{ keyword: 'uniqueItems', message: describe(pair), params: {} }];
        return pair === null;
      },
  });
  ajv.removeKeyword('enum').addKeyword({
    keyword: 'enum',
    errors: false,
    error: { message: 'must be equal to one of the allowed values' },
    compile: (words: unknown[], _parent: AnySchemaObject) => {
      const allowed = new Set(words);
      return (value: unknown) => allowed.has(value);
    },
  });
}

/** The message about the equal items `first` and `second`. */
export function describe([first, second]: readonly [number, number]): string {
  return `must NOT have duplicate items (items ## ${first} and ${second} are identical)`;
}
