// Which artifacts a document names by the digests of their bytes, and which it contradicts.
//
// A document names an artifact by SHA-256 or SHA-512 alone: full length, lower-case, exactly, as in-toto writes digests. It
// contradicts one by any digest in any spelling that is none of the artifact's.
import { type Artifact, declaredDigests } from './artifact.ts';
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

/** The digests of the bytes of an artifact: those of its content, or else those that the caller declared. */
export function ownDigests(artifact: Readonly<Artifact>): Digest[] {
  return artifact.content === null ? declaredDigests(artifact) : strongDigests(artifact.content);
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

/** The strong digests of each subject, each set once: thousands of subjects may have the same. */
export type Stated = readonly (readonly Strong[])[];

export function statedBy({ subjects }: Said): Stated {
  const sets = new Map<string, Strong[]>();
  for (const subject of subjects) {
    const strong = strongDigests(subject);
    if (strong.length > 0) sets.set(strong.map(keyOf).join(), strong);
  }
  return [...sets.values()];
}

/** The artifacts that a subject names. A subject that has one digest of an artifact and contradicts another describes no bytes at all. */
export function namedBy(stated: Stated, { byDigest, known }: DigestIndex): Set<string> {
  const named = new Set<string>();
  for (const digests of stated)
    for (const digest of digests)
      for (const id of byDigest.get(keyOf(digest)) ?? []) if (!contradict(digests, known.get(id) ?? [])) named.add(id);
  return named;
}

/** What a document says of bytes, in any spelling. */
export type Claims = {
  /** The digests of each subject that states any, each set once; null for what is no complete SHA-256, SHA-384 or SHA-512. */
  readonly sets: readonly (readonly (Digest | null)[])[];
  readonly keys: ReadonlySet<string>;
  /** Whether all subjects are known. */
  readonly all: boolean;
};

/** `ofSource` says that a commit is passed over: it tells which source was looked at, and is no digest of what was built from it. */
export function claimsOf({ subjects, subjects_total }: Said, ofSource = false): Claims {
  const sets = new Map<string, (Digest | null)[]>();
  for (const { digests } of subjects) {
    const entries: [string, unknown][] = Object.entries(digests);
    const stated = ofSource ? entries.filter(([name]) => name !== 'gitCommit') : entries;
    const key = stated.length === 0 ? '' : JSON.stringify(stated);
    if (key === '' || sets.has(key)) continue;
    sets.set(
      key,
      stated.map(([name, value]) => (typeof value === 'string' ? digestUnder(name, value) : null)),
    );
  }
  const keys = [...sets.values()].flat().flatMap((digest) => (digest === null ? [] : [keyOf(digest)]));
  return { sets: [...sets.values()], keys: new Set(keys), all: subjects_total <= subjects.length };
}

/**
 * Whether a document may be about bytes with these digests: it states no digest, or one of its subjects has one of them. A digest that
 * cannot be compared, such as SHA-1, is none of them, and a document whose subjects are not all known may state another.
 */
export function mayBeAbout({ sets, keys, all }: Claims, own: readonly Digest[]): boolean {
  if (!all || sets.length === 0) return all;
  const shared = new Set(own.map(keyOf).filter((key) => keys.has(key)));
  if (shared.size === 0) return false;
  return sets.some(
    (set) => set.some((digest) => digest !== null && shared.has(keyOf(digest))) && !contradict(set, own),
  );
}

function contradict(stated: readonly (Digest | null)[], known: readonly Digest[]): boolean {
  return stated.some((digest) =>
    known.some(({ algorithm, hex }) => digest?.algorithm === algorithm && digest.hex !== hex),
  );
}

const keyOf = ({ algorithm, hex }: Digest) => `${algorithm}:${hex}`;
