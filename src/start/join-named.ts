/** The members of all parts together. Those of an array of unknown length have no known names. */
type JoinedNames<Parts extends readonly object[]> = number extends Parts['length']
  ? object
  : Parts extends readonly [infer First, ...infer Rest extends readonly object[]]
    ? First & JoinedNames<Rest>
    : unknown;

/**
 * One object with the members of all `parts`, in their order. Throws an error of one line where a
 * name occurs twice: the later part would silently replace the earlier one.
 */
export function joinNamed<const Parts extends readonly object[]>(what: string, parts: Parts): JoinedNames<Parts> {
  const names = parts.flatMap((part) => Object.keys(part));
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new Error(`The ${what} ${twice} is declared twice`);
  return Object.assign({}, ...parts);
}
