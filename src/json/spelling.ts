// The known name that a misspelt name probably means.

/**
 * The known name that differs least from `name`: only in case, `-`, `_`, `.` and spaces, or by a
 * letter or two; else the only one that contains its words. Null where none is close.
 */
export function nearestName(name: string, known: readonly string[]): string | null {
  if (name.length > MAX_CHARACTERS) return null;
  let best: { one: string; distance: number } | null = null;
  for (const one of known) {
    const most = mostFor(one);
    // The distance is at least the difference in length, and takes longer to compute.
    if (one === name || Math.abs(plain(name).length - plain(one).length) > most) continue;
    const distance = nameDistance(name, one);
    if (distance <= most && (best === null || distance < best.distance)) best = { one, distance };
  }
  return best?.one ?? onlyWithWordsOf(name, known);
}

// Finds `metadata_json` for `metadata`.
function onlyWithWordsOf(name: string, known: readonly string[]): string | null {
  const words = wordsOf(name);
  if (plain(name).length < 4 || known.includes(name)) return null;
  const [one, another] = known.filter((candidate) => words.every((word) => wordsOf(candidate).includes(word)));
  return one === undefined || another !== undefined ? null : one;
}

const wordsOf = (name: string) =>
  name
    .replaceAll(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[-_. ]/);

/** One line: unknown field `nmae`; did you mean `name`? The name is cut after 64 characters. */
export function unknownName(what: string, name: string, known: readonly string[]): string {
  const nearest = nearestName(name, known);
  const shown = name.length > MAX_CHARACTERS ? `${name.slice(0, MAX_CHARACTERS)}…` : name;
  const hint = nearest === null ? '' : `; did you mean \`${nearest}\`?`;
  return `unknown ${what} \`${shown.toWellFormed().replaceAll(CONTROL, '\ufffd')}\`${hint}`;
}

// Control characters, and the two Unicode line separators.
const CONTROL = /[\p{Cc}\u2028\u2029]/gu;

const MAX_CHARACTERS = 64;

// Two changes turn a short name into nearly any other.
const mostFor = (name: string) => (name.length < 3 ? 0 : name.length < 5 ? 1 : 2);

/** The distance of two names, without regard to case and to how their words are joined. */
export function nameDistance(one: string, other: string): number {
  return distanceOf(plain(one), plain(other));
}

const plain = (name: string) => name.toLowerCase().replaceAll(/[-_. ]/g, '');

/** The letters to delete, insert, change or swap with a neighbour (optimal string alignment). */
function distanceOf(one: string, other: string): number {
  const rows = [Array.from({ length: other.length + 1 }, (_, column) => column)];
  const at = (row: number, column: number) => rows[row]?.[column] ?? 0;
  for (let row = 1; row <= one.length; row += 1) {
    rows.push([row]);
    for (let column = 1; column <= other.length; column += 1) {
      const change = one[row - 1] === other[column - 1] ? 0 : 1;
      let least = Math.min(at(row - 1, column) + 1, at(row, column - 1) + 1, at(row - 1, column - 1) + change);
      const swapped = row > 1 && column > 1 && one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      if (swapped) least = Math.min(least, at(row - 2, column - 2) + 1);
      rows[row]?.push(least);
    }
  }
  return at(one.length, other.length);
}
