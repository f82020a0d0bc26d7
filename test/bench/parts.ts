/** The names in `BENCH_PARTS`, separated by commas, in the order of `known`; all of these where it is not set. */
export function partsOf(known: readonly string[], named: string | undefined): string[] {
  if (named === undefined || named === '') return [...known];
  const parts = named.split(',');
  const unknown = parts.filter((part) => !known.includes(part));
  if (unknown.length > 0) throw new Error(`BENCH_PARTS: ${unknown} is none of ${known.join(', ')}`);
  return known.filter((part) => parts.includes(part));
}
