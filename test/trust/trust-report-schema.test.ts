import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { TrustReport } from '../../src/trust/trust-report-schema.ts';

/** Every field, however deep, by its path. */
function fieldsOf(schema: unknown, path: string): [path: string, z.ZodType][] {
  if (schema instanceof z.ZodArray || schema instanceof z.ZodNullable)
    return fieldsOf(schema instanceof z.ZodArray ? schema.element : schema.unwrap(), path);
  if (!(schema instanceof z.ZodObject)) return [];
  return Object.entries(schema.shape).flatMap(([name, field]): [string, z.ZodType][] => [
    [`${path}/${name}`, field as z.ZodType],
    ...fieldsOf(field, `${path}/${name}`),
  ]);
}

describe('the schema of the report of a policy', () => {
  const fields = fieldsOf(TrustReport, '');

  it('has a description and a valid example for every field', () => {
    expect(fields.length).toBeGreaterThan(40);
    for (const [path, field] of fields) {
      const { description, examples } = field.meta() ?? {};
      expect(description, path).toMatch(/\.$/);
      expect(examples, path).toHaveLength(1);
      for (const example of examples as unknown[]) expect(field.safeParse(example).error, path).toBeUndefined();
    }
  });
});
