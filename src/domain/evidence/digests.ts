// Which artifacts a document names by the digests of their bytes, and which it contradicts.
//
// A document names an artifact by SHA-256 or SHA-512 alone: full length, lower-case, exactly, as in-toto writes digests. It
// contradicts one by any digest in any spelling that is none of the artifact's.
import type { Artifact } from '../artifact/artifact.ts';
import { declaredDigests } from '../artifact/content-hash.ts';
import { type Digest, digestUnder } from './digest-text.ts';
import type { Subject } from './evidence-facts.ts';

export type Strong = { readonly algorithm: 'sha256' | 'sha512'; readonly hex: string };

const STRONG = [
  ['sha256', /^[0-9a-f]{64}$/],
  ['sha512', /^[0-9a-f]{128}$/],
] as const;

/** The digests of a subject that identify bytes: SHA-256 and SHA-512, full length, lower-case, exactly. */
export function strongDigests({ digests }: Pick<Subject, 'digests'>): Strong[] {
  return STRONG.flatMap(([algorithm, form]) => {
    const hex = Object.hasOwn(digests, algorithm) ? digests[algorithm] : undefined;
    return typeof hex === 'string' && form.test(hex) ? [{ algorithm, hex }] : [];
  });
}

/** The digests of the bytes that Maestro holds of an artifact; none where it holds none, or not one byte: nobody releases nothing. */
export function contentDigests({ content }: Readonly<Pick<Artifact, 'content'>>): Strong[] {
  return content === null || content.size === 0 ? [] : strongDigests(content);
}

/** The digests of the bytes of an artifact: those of its content, or else those that the caller declared; none of empty content. */
export function ownDigests(artifact: Readonly<Artifact>): Digest[] {
  return artifact.content === null ? declaredDigests(artifact) : contentDigests(artifact);
}

/** Artifacts by the digests of their bytes. */
export type DigestIndex = {
  readonly byDigest: ReadonlyMap<string, readonly string[]>;
  readonly known: ReadonlyMap<string, readonly Digest[]>;
};

/** Which artifacts have which digest. */
export function digestIndex(digests: Iterable<readonly [id: string, own: readonly Digest[]]>): DigestIndex {
  const byDigest = new Map<string, string[]>();
  const known = new Map(digests);
  for (const [id, own] of known) {
    for (const digest of own) {
      const ids = byDigest.get(keyOf(digest));
      if (ids === undefined) byDigest.set(keyOf(digest), [id]);
      else ids.push(id);
    }
  }
  return { byDigest, known };
}

/** Which artifacts have content with which digest: all that may be called verified rests on what Maestro hashed itself. */
export function contentIndex(artifacts: Iterable<Readonly<Pick<Artifact, 'id' | 'content'>>>): DigestIndex {
  return digestIndex([...artifacts].map((artifact) => [artifact.id, contentDigests(artifact)] as const));
}

/** What a reading or an attestation says of its subjects. */
type Said = { readonly subjects: readonly Subject[]; readonly subjects_total: number };

/** What a document says of bytes: each set of digests is what one of its subjects states. */
type Described = {
  readonly keys: ReadonlySet<string>;
  /** Whether one of the sets has a digest of bytes with these, and contradicts none of them. */
  readonly describes: (own: readonly Digest[]) => boolean;
};

/** What a document says of its subjects by their strong digests. */
export type Stated = Described;

export function statedBy({ subjects }: Said): Stated {
  return described(subjects.map(strongDigests));
}

/** Whether a subject is this artifact. One that has a digest of it and contradicts another describes no bytes at all. */
export function names({ describes }: Stated, { known }: DigestIndex, id: string): boolean {
  return describes(known.get(id) ?? []);
}

/** The artifacts that a subject names, one perhaps twice. */
export function* eachNamed({ keys, describes }: Stated, { byDigest, known }: DigestIndex): Generator<string> {
  for (const key of keys) for (const id of byDigest.get(key) ?? []) if (describes(known.get(id) ?? [])) yield id;
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
 * Called with one document after another, returns the artifacts that each names and no earlier one did, without the document itself.
 * Thousands of documents may name the same thousands of artifacts, and only the first one is needed.
 */
export function firstNaming({ byDigest, known }: DigestIndex) {
  const left = new Map(byDigest);
  return ({ keys, describes }: Stated, document: string): string[] => {
    const first: string[] = [];
    for (const key of keys) {
      const rest: string[] = [];
      for (const id of left.get(key) ?? []) (id !== document && describes(known.get(id) ?? []) ? first : rest).push(id);
      left.set(key, rest);
    }
    return first;
  };
}

/** What a document says of bytes, in any spelling. */
export type Claims = Described & {
  /** Whether no subject states a digest. */
  readonly none: boolean;
  /** Whether all subjects are known. */
  readonly all: boolean;
};

/** `ofSource` says that a commit is passed over: it tells which source was looked at, and is no digest of what was built from it. */
export function claimsOf({ subjects, subjects_total }: Said, ofSource = false): Claims {
  const stated = subjects
    .map(({ digests }): [string, unknown][] => Object.entries(digests))
    .map((entries) => (ofSource ? entries.filter(([name]) => name !== 'gitCommit') : entries))
    .filter((entries) => entries.length > 0);
  const sets = stated.map((entries) =>
    entries.flatMap(([name, value]) => (typeof value === 'string' ? (digestUnder(name, value) ?? []) : [])),
  );
  return { ...described(sets), none: stated.length === 0, all: subjects_total <= subjects.length };
}

/**
 * Whether a document may be about bytes with these digests: it states no digest, or one of its subjects has one of them. A digest that
 * cannot be compared, such as SHA-1, is none of them, and a document whose subjects are not all known may state another.
 */
export function mayBeAbout({ none, all, describes }: Claims, own: readonly Digest[]): boolean {
  return all && (none || describes(own));
}

const keyOf = ({ algorithm, hex }: Digest) => `${algorithm}:${hex}`;

const keysOf = (digests: readonly Digest[]) => [...new Set(digests.map(keyOf))].sort().join();

// A document may have thousands of subjects that share one digest with thousands of artifacts. So sets are not compared with artifacts one by
// one: for the algorithms that an artifact has digests of, all that the sets say under these is looked up.
function described(sets: readonly (readonly Digest[])[]): Described {
  const byAlgorithms = new Map<string, ReadonlySet<string>>();
  const saidUnder = (algorithms: string) => {
    const known = byAlgorithms.get(algorithms);
    if (known !== undefined) return known;
    const said = new Set(sets.map((set) => keysOf(set.filter(({ algorithm }) => algorithms.includes(algorithm)))));
    byAlgorithms.set(algorithms, said);
    return said;
  };
  const keys = new Set(sets.flatMap((set) => set.map(keyOf)));
  const describes = (own: readonly Digest[]) => {
    const { algorithms, single, parts } = looksOf(own);
    if (!single.some((key) => keys.has(key))) return false;
    const said = saidUnder(algorithms);
    return parts.some((part) => said.has(part));
  };
  return { keys, describes };
}

/** What sets of digests are looked up by: the parts of an artifact's digests that a set may be, each in the order of its keys. */
type Looks = { readonly algorithms: string; readonly single: readonly string[]; readonly parts: readonly string[] };

const looks = new WeakMap<readonly Digest[], Looks>();

function looksOf(own: readonly Digest[]): Looks {
  const known = looks.get(own);
  if (known !== undefined) return known;
  const sorted = [...own].sort((one, other) => (one.algorithm < other.algorithm ? -1 : 1));
  let parts: Digest[][] = [[]];
  for (const digest of sorted) parts = parts.flatMap((part) => [part, [...part, digest]]);
  const made = {
    algorithms: sorted.map(({ algorithm }) => algorithm).join(),
    single: sorted.map(keyOf),
    parts: parts.slice(1).map(keysOf),
  };
  looks.set(own, made);
  return made;
}
