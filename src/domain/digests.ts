// Which artifacts a document names by the digests of their bytes: SHA-256 and SHA-512, full length, lower-case, exactly.
import { type Artifact, declaredDigest } from './artifact.ts';
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

/** The digests of the bytes of an artifact: those of its content, or else the one that the caller declared. */
export function ownDigests({ content, content_hash }: Readonly<Artifact>): Strong[] {
  if (content !== null) return strongDigests(content);
  const { algorithm, hex } = declaredDigest(content_hash) ?? {};
  return algorithm === undefined || hex === undefined || algorithm === 'sha384' ? [] : [{ algorithm, hex }];
}

/** Artifacts by the digests of their bytes. */
export type DigestIndex = ReadonlyMap<string, readonly string[]>;

/** Which artifacts have which digest. */
export function digestIndex(digests: Iterable<readonly [id: string, own: readonly Strong[]]>): DigestIndex {
  const index = new Map<string, string[]>();
  for (const [id, own] of digests) {
    for (const digest of own) {
      const ids = index.get(keyOf(digest));
      if (ids === undefined) index.set(keyOf(digest), [id]);
      else ids.push(id);
    }
  }
  return index;
}

/** Which artifacts have content with which digest: all that may be called verified rests on what Maestro hashed itself. */
export function contentIndex(artifacts: Iterable<Readonly<Pick<Artifact, 'id' | 'content'>>>): DigestIndex {
  return digestIndex([...artifacts].map((artifact) => [artifact.id, contentDigests(artifact)] as const));
}

/** The digests that a document names, each once: thousands of subjects may have the same. */
export type Stated = {
  readonly keys: ReadonlySet<string>;
  readonly algorithms: ReadonlySet<Strong['algorithm']>;
  /** Whether all that it names is known. */
  readonly all: boolean;
};

export function statedBy(one: { readonly subjects: readonly Subject[]; readonly subjects_total: number }): Stated {
  const strong = one.subjects.flatMap(strongDigests);
  const algorithms = new Set(strong.map(({ algorithm }) => algorithm));
  return { keys: new Set(strong.map(keyOf)), algorithms, all: one.subjects_total <= one.subjects.length };
}

/** The artifacts that have a digest which a document names. */
export function namedBy({ keys }: Stated, index: DigestIndex): Set<string> {
  const named = new Set<string>();
  for (const key of keys) for (const id of index.get(key) ?? []) named.add(id);
  return named;
}

const keyOf = ({ algorithm, hex }: Strong) => `${algorithm}:${hex}`;
