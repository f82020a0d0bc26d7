// The fields that a schema knows at a path, for the hint at a misspelt field.
import { z } from 'zod';

/** The fields of the object at `path` in a value of `schema`; none where there is no object. */
export function fieldsAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  const found = schemasAt(schema, path).flatMap((one) => (one instanceof z.ZodObject ? Object.keys(one.shape) : []));
  return [...new Set(found)];
}

function schemasAt(schema: z.ZodType, path: readonly PropertyKey[]): z.ZodType[] {
  const [step, ...rest] = path;
  const bare = alternativesOf(schema);
  if (step === undefined) return bare;
  return bare.flatMap((one) => {
    const inner = childOf(one, step);
    return inner === undefined ? [] : schemasAt(inner, rest);
  });
}

function childOf(schema: z.ZodType, step: PropertyKey): z.ZodType | undefined {
  if (schema instanceof z.ZodObject) return Object.hasOwn(schema.shape, step) ? schema.shape[String(step)] : undefined;
  if (schema instanceof z.ZodArray) return schema.element as z.ZodType;
  return schema instanceof z.ZodRecord ? (schema.valueType as z.ZodType) : undefined;
}

// Wrappers add no fields to a schema.
function alternativesOf(schema: z.ZodType): z.ZodType[] {
  if (schema instanceof z.ZodUnion) return (schema.options as z.ZodType[]).flatMap(alternativesOf);
  if (schema instanceof z.ZodPipe) return [schema.in, schema.out].flatMap((one) => alternativesOf(one as z.ZodType));
  const isWrapper =
    schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault;
  return isWrapper ? alternativesOf(schema.unwrap() as z.ZodType) : [schema];
}
