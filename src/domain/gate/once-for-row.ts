// What follows from a frozen row alone is found once, since the row never changes. Nothing of this
// is a verdict: that also rests on readings, on what is trusted, on the minimum level and the time.
import type { ArtifactFlags } from './flag.ts';
import type { GateArtifact } from './gate-artifact.ts';

/**
 * The same function, called once for each frozen row. `find` depends on the row alone, and what it
 * returns is frozen; `isFrozen` is whether all of the row is that it reads.
 */
export function onceForRow<Row extends object, Found extends object | null>(
  find: (row: Row) => Found,
  isFrozen: (row: Row) => boolean = Object.isFrozen,
): (row: Row) => Found {
  const known = new WeakMap<Row, Found>();
  return (row) => {
    const kept = known.get(row);
    if (kept !== undefined) return kept;
    const found = find(row);
    if (isFrozen(row)) known.set(row, found);
    return found;
  };
}

type Flags = Readonly<ArtifactFlags>;

/**
 * The same function, called once for each frozen artifact while its flags are the same frozen ones.
 * `show` depends on both alone. What is kept is frozen, and so is each of its fields.
 */
export function onceForFlags<Shown extends object>(
  show: (artifact: Readonly<GateArtifact>, flags: Flags) => Shown,
): (artifact: Readonly<GateArtifact>, flags: Flags) => Shown {
  const known = new WeakMap<Readonly<GateArtifact>, { readonly flags: Flags; readonly shown: Shown }>();
  return (artifact, flags) => {
    const kept = known.get(artifact);
    if (kept !== undefined && kept.flags === flags) return kept.shown;
    const shown = show(artifact, flags);
    if (Object.isFrozen(artifact) && Object.isFrozen(flags)) {
      for (const value of Object.values(shown)) Object.freeze(value);
      known.set(artifact, { flags, shown: Object.freeze(shown) });
    }
    return shown;
  };
}
