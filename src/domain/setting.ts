// Settings as environment variables: text, of which nothing is coerced.
import { z } from 'zod';

const wholeFrom = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,15}$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.number().min(min, `must be ${min} or more`).max(max, `must be ${max} or less`));

/** A whole number from `min` to `max`, in plain decimal digits. */
export const whole = (min: number, max: number, fallback: number) => wholeFrom(min, max).default(fallback);

/** The same, which may be unset. */
export const optionalWhole = (min: number, max: number) => wholeFrom(min, max).optional();

/** `true` or `false`; no other word is taken. */
export const flag = (fallback: 'true' | 'false') =>
  z
    .enum(['true', 'false'], 'must be true or false')
    .default(fallback)
    .transform((word) => word === 'true');

/** One of `words`. */
export const oneOf = <const Words extends readonly string[]>(words: Words, fallback: Words[number]) =>
  z.enum(words, `must be one of ${words.join(', ')}`).default(fallback as never);
