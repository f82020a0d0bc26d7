// The digests of the bytes of artifacts, and artifacts by these digests.
import type { Artifact } from '../artifact/artifact.ts';
import { declaredDigests } from '../artifact/content-hash.ts';
import type { Digest } from './digest-text.ts';
import type { Subject } from './evidence-facts.ts';

export type Strong = { readonly algorithm: 'sha256' | 'sha512'; readonly hex: string };

const STRONG = [
  ['sha256', /^[0-9a-f]{64}$/],
  ['sha512', /^[0-9a-f]{128}$/],
] as const;

/** The digests that identify bytes: SHA-256 and SHA-512 at full length in lower case. */
export function strongDigests({ digests }: Pick<Subject, 'digests'>): Strong[] {
  return STRONG.flatMap(([algorithm, form]) => {
    const hex = Object.hasOwn(digests, algorithm) ? digests[algorithm] : undefined;
    return typeof hex === 'string' && form.test(hex) ? [{ algorithm, hex }] : [];
  });
}

/**
 * The digests of the stored bytes of an artifact. None where no byte is stored: every empty file
 * would share its digests.
 */
export function contentDigests({ content }: Readonly<Pick<Artifact, 'content'>>): Strong[] {
  return content === null || content.size === 0 ? [] : strongDigests(content);
}

/** The digests of the content of an artifact, or else those declared. None of empty content. */
export function ownDigests(artifact: Readonly<Pick<Artifact, 'content' | 'content_hash'>>): Digest[] {
  return artifact.content === null ? declaredDigests(artifact) : contentDigests(artifact);
}

/** The digests of one artifact, prepared for comparison with the digests that documents state. */
export type DigestKeys = {
  readonly algorithms: string;
  /** The key of each digest. */
  readonly single: readonly string[];
  /** The key of each combination of them, as a document may state only some. */
  readonly combined: readonly string[];
};

/** Artifacts by the digests of their bytes. */
export type DigestIndex = {
  readonly byDigest: ReadonlyMap<string, readonly string[]>;
  /** Undefined for an artifact that is not in the index. */
  readonly keysOf: (id: string) => DigestKeys | undefined;
};

/** Keys are made when first needed: documents name few of the artifacts, or name them often. */
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
  const made = new Map<string, DigestKeys>();
  const keysOf = (id: string) => {
    const keys = made.get(id);
    if (keys !== undefined) return keys;
    const own = known.get(id);
    if (own === undefined) return undefined;
    const fresh = digestKeys(own);
    made.set(id, fresh);
    return fresh;
  };
  return { byDigest, keysOf };
}

/** Artifacts by the digests of their stored content. Verified flags rest on these alone. */
export function contentIndex(artifacts: Iterable<Readonly<Pick<Artifact, 'id' | 'content'>>>): DigestIndex {
  return digestIndex([...artifacts].map((artifact) => [artifact.id, contentDigests(artifact)] as const));
}

export const keyOf = ({ algorithm, hex }: Digest) => `${algorithm}:${hex}`;

/** The key of a set of digests, in whatever order. */
export const keyOfSet = (digests: readonly Digest[]) => [...new Set(digests.map(keyOf))].sort().join();

export function digestKeys(own: readonly Digest[]): DigestKeys {
  const sorted = [...own].sort((one, other) => (one.algorithm < other.algorithm ? -1 : 1));
  let parts: Digest[][] = [[]];
  for (const digest of sorted) parts = parts.flatMap((part) => [part, [...part, digest]]);
  return {
    algorithms: sorted.map(({ algorithm }) => algorithm).join(),
    single: sorted.map(keyOf),
    combined: parts.slice(1).map(keyOfSet),
  };
}
