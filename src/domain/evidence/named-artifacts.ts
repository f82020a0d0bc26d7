// Which artifacts a document names by the digests of their bytes, and which it contradicts.
//
// A document names an artifact by SHA-256 or SHA-512 alone: full length, lower case, exactly as
// in-toto writes digests. It contradicts one by any digest, in any spelling, that the artifact does
// not have.
import { type Digest, digestUnder } from './digest-text.ts';
import { type DigestIndex, type DigestKeys, keyOf, keyOfSet, strongDigests } from './digests.ts';
import type { Subject } from './evidence-facts.ts';

/** The subjects of a reading or an attestation. */
type Subjects = { readonly subjects: readonly Subject[]; readonly subjects_total: number };

/** The digests that a document states of its subjects: one set for each subject. */
export type Stated = {
  readonly keys: ReadonlySet<string>;
  /** Whether one of the sets has a digest of the artifact, and no digest that contradicts it. */
  readonly describes: (own: DigestKeys | undefined) => boolean;
};

export function statedBy({ subjects }: Subjects): Stated {
  return statementOf(subjects.map(strongDigests));
}

/** Whether a subject is this artifact. A subject that also has a differing digest is not. */
export function names({ describes }: Stated, { keysOf }: DigestIndex, id: string): boolean {
  return describes(keysOf(id));
}

/** The artifacts that a subject names. An artifact may come twice. */
export function* eachNamed({ keys, describes }: Stated, { byDigest, keysOf }: DigestIndex): Generator<string> {
  for (const key of keys) for (const id of byDigest.get(key) ?? []) if (describes(keysOf(id))) yield id;
}

/** The artifacts that a subject names. */
export function namedBy(stated: Stated, index: DigestIndex): Set<string> {
  return new Set(eachNamed(stated, index));
}

/** Whether a subject names another artifact than the document itself. */
export function namesAnother(stated: Stated, index: DigestIndex, document: string): boolean {
  for (const id of eachNamed(stated, index)) if (id !== document) return true;
  return false;
}

/**
 * A function to call with one document after another. It returns the artifacts that the document
 * names and no earlier one did, without the document itself. Thousands of documents may name the
 * same thousands of artifacts, and only the first is needed.
 */
export function firstNaming({ byDigest, keysOf }: DigestIndex) {
  const left = new Map(byDigest);
  return ({ keys, describes }: Stated, document: string): string[] => {
    const first: string[] = [];
    for (const key of keys) {
      const rest: string[] = [];
      for (const id of left.get(key) ?? []) (id !== document && describes(keysOf(id)) ? first : rest).push(id);
      left.set(key, rest);
    }
    return first;
  };
}

/** What a document states of its subjects, in any spelling. */
export type Claims = Stated & {
  /** Whether no subject states a digest. */
  readonly none: boolean;
  /** Whether all subjects are known. */
  readonly all: boolean;
};

/**
 * `ofSource` leaves out commits: a commit identifies the source that was examined, not what was
 * built from it.
 */
export function claimsOf({ subjects, subjects_total }: Subjects, ofSource = false): Claims {
  const entries = subjects
    .map(({ digests }): [string, unknown][] => Object.entries(digests))
    .map((all) => (ofSource ? all.filter(([name]) => name !== 'gitCommit') : all))
    .filter((all) => all.length > 0);
  const sets = entries.map((all) =>
    all.flatMap(([name, value]) => (typeof value === 'string' ? (digestUnder(name, value) ?? []) : [])),
  );
  return { ...statementOf(sets), none: entries.length === 0, all: subjects_total <= subjects.length };
}

/**
 * Whether a document may be about the bytes of an artifact: it states no digest, or one of its
 * subjects has a digest of them. A digest that cannot be compared, such as SHA-1, does not match. A
 * document whose subjects are not all known may state another digest.
 */
export function mayBeAbout({ none, all, describes }: Claims, own: DigestKeys): boolean {
  return all && (none || describes(own));
}

// A document may have thousands of subjects that share one digest with thousands of artifacts, so
// sets and artifacts are not compared pair by pair: all that the sets state under the algorithms of
// an artifact is looked up.
function statementOf(sets: readonly (readonly Digest[])[]): Stated {
  const byAlgorithms = new Map<string, ReadonlySet<string>>();
  const statedUnder = (algorithms: string) => {
    const known = byAlgorithms.get(algorithms);
    if (known !== undefined) return known;
    const found = new Set(sets.map((set) => keyOfSet(set.filter(({ algorithm }) => algorithms.includes(algorithm)))));
    byAlgorithms.set(algorithms, found);
    return found;
  };
  const keys = new Set(sets.flatMap((set) => set.map(keyOf)));
  const describes = (own: DigestKeys | undefined) => {
    if (own === undefined || !own.single.some((key) => keys.has(key))) return false;
    const found = statedUnder(own.algorithms);
    return own.combined.some((part) => found.has(part));
  };
  return { keys, describes };
}
