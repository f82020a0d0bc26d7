// Writes answers that hold frozen values: the kept texts of these are joined with the text of what
// is around them, all at once. A verdict over 10 artifacts takes 0.3 of the time that it takes to
// write it as a whole.
import { z } from 'zod';
import { jsonText, rowText } from './row-text.ts';

/**
 * A function that writes a value as `jsonText` does, and throws where that does. `kept` are the
 * schemas of values that are deeply frozen or not frozen at all, and whose text is kept if they
 * are.
 */
export function textWriter(schema: z.ZodType, kept: readonly z.ZodType[]): (value: unknown) => string {
  if (!holdsKept(schema, kept)) return jsonText(schema);
  const write = writer(schema, kept);
  return (value) => {
    const pieces: string[] = [];
    // A value that may not fit is written, or refused, by its schema as a whole.
    return write(value, pieces) ? pieces.join('') : jsonText(schema)(value);
  };
}

function holdsKept(schema: z.ZodType, kept: readonly z.ZodType[]): boolean {
  if (kept.includes(schema)) return true;
  if (schema instanceof z.ZodNullable) return holdsKept(schema.unwrap() as z.ZodType, kept);
  if (schema instanceof z.ZodArray) return holdsKept(schema.element as z.ZodType, kept);
  return schema instanceof z.ZodObject && Object.values(schema.shape).some((one) => holdsKept(one as z.ZodType, kept));
}

/**
 * Adds the text of a value to `pieces`. False where the value may not fit its schema, or JSON would
 * leave it out.
 */
type Write = (value: unknown, pieces: string[]) => boolean;

// Schemas with checks of their own, and all of other kinds, are left to the library.
function writer(schema: z.ZodType, kept: readonly z.ZodType[]): Write {
  if (kept.includes(schema)) return text((value) => (isObject(value) ? rowText(schema, value) : undefined));
  if (hasChecks(schema)) return parsed(schema);
  if (schema instanceof z.ZodString)
    return text((value) => (typeof value === 'string' ? JSON.stringify(value) : undefined));
  if (schema instanceof z.ZodNumberFormat && schema.format === 'safeint')
    return text((value) => (Number.isSafeInteger(value) ? String(value) : undefined));
  if (schema instanceof z.ZodBoolean) return text((value) => (typeof value === 'boolean' ? String(value) : undefined));
  if (schema instanceof z.ZodEnum) return word(schema.options);
  if (schema instanceof z.ZodNullable) return nullable(writer(schema.unwrap() as z.ZodType, kept));
  if (!holdsKept(schema, kept)) return parsed(schema);
  if (schema instanceof z.ZodArray) return list(writer(schema.element as z.ZodType, kept));
  return schema instanceof z.ZodObject && schema.def.catchall === undefined ? object(schema, kept) : parsed(schema);
}

function hasChecks({ def }: z.ZodType): boolean {
  const { checks = [], coerce = false }: { checks?: readonly unknown[]; coerce?: boolean } = def;
  return checks.length > 0 || coerce;
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const text =
  (textOf: (value: unknown) => string | undefined): Write =>
  (value, pieces) => {
    const piece = textOf(value);
    if (piece === undefined) return false;
    pieces.push(piece);
    return true;
  };

function parsed(schema: z.ZodType): Write {
  const compiled = z.compile(schema);
  return text((value) => {
    const { success, data } = compiled.safeParse(value);
    return success ? JSON.stringify(data) : undefined;
  });
}

function word(words: readonly (string | number)[]): Write {
  const texts = new Map<unknown, string>(words.map((one) => [one, JSON.stringify(one)]));
  return text((value) => texts.get(value));
}

function nullable(write: Write): Write {
  return (value, pieces) => {
    if (value !== null) return write(value, pieces);
    pieces.push('null');
    return true;
  };
}

function list(write: Write): Write {
  return (values, pieces) => {
    if (!Array.isArray(values)) return false;
    pieces.push('[');
    for (let index = 0; index < values.length; index += 1) {
      if (index > 0) pieces.push(',');
      if (!write(values[index], pieces)) return false;
    }
    pieces.push(']');
    return true;
  };
}

// An optional field with a default inside is written where it is absent.
const mayBeAbsent = (schema: z.ZodType) =>
  schema instanceof z.ZodOptional && schema.safeParse(undefined).data === undefined;

function object(schema: z.ZodObject, kept: readonly z.ZodType[]): Write {
  const fields = Object.entries(schema.shape).map(([name, field], index) => ({
    name,
    label: `${index === 0 ? '{' : ','}${JSON.stringify(name)}:`,
    isOptional: mayBeAbsent(field as z.ZodType),
    write: writer(field as z.ZodType, kept),
  }));
  // The label of the first field begins the text.
  if (fields[0] === undefined || fields[0].isOptional) return parsed(schema);
  return (value, pieces) => {
    if (!isObject(value)) return false;
    for (const { name, label, isOptional, write } of fields) {
      const field = (value as Record<string, unknown>)[name];
      if (field === undefined && isOptional) continue;
      pieces.push(label);
      if (!write(field, pieces)) return false;
    }
    pieces.push('}');
    return true;
  };
}
