// Digests as scanners and advisories state them, under in-toto's names of algorithms.
import type { Subject } from '../../domain/evidence/evidence-facts.ts';

type Digests = Subject['digests'];

const NAMES: Readonly<Record<string, string>> = {
  'sha-1': 'sha1',
  'sha-224': 'sha224',
  'sha-256': 'sha256',
  'sha-384': 'sha384',
  'sha-512': 'sha512',
  'sha512-224': 'sha512_224',
  'sha512-256': 'sha512_256',
  'sha3-224': 'sha3_224',
  'sha3-256': 'sha3_256',
  'sha3-384': 'sha3_384',
  'sha3-512': 'sha3_512',
  'blake2b-512': 'blake2b',
  'blake2s-256': 'blake2s',
};

const MAX_NAME = 40;
// The longest digest in use has 128 digits.
const MAX_DIGEST = 256;

/**
 * Digests from pairs of an algorithm and a digest, of any type. A malformed digest is kept
 * unchanged: without it, a document that names other bytes would look like one that names none.
 */
export function digestsOf(pairs: Iterable<readonly [unknown, unknown]>): Digests {
  const digests = new Map<string, string>();
  for (const [name, value] of pairs) {
    if (typeof name !== 'string' || typeof value !== 'string' || name === '' || value === '') continue;
    const lower = name.slice(0, MAX_NAME).toLowerCase();
    digests.set(Object.hasOwn(NAMES, lower) ? (NAMES[lower] as string) : lower, value.slice(0, MAX_DIGEST));
  }
  return Object.fromEntries(digests);
}

// The algorithm before the colon of a digest. A tag follows a colon, too, but what precedes it is
// not an algorithm.
const ALGORITHM = /^(?:sha\d|sha-\d|md5|blake)[a-z0-9_+.-]{0,20}$/i;

/**
 * The digest in `sha256:…` or `registry/name@sha256:…`, complete or not, with the name before the
 * `@`; null if there is none.
 */
export function imageDigest(text: string): { name: string | null; digests: Digests } | null {
  const at = text.lastIndexOf('@');
  const [algorithm = '', digest = '', ...more] = text.slice(at + 1).split(':', 3);
  if (!ALGORITHM.test(algorithm) || digest === '' || more.length > 0) return null;
  return { name: text.slice(0, Math.max(at, 0)) || null, digests: digestsOf([[algorithm, digest]]) };
}

/**
 * The digest that the package URL of an image has as its version (purl-spec, types `oci` and
 * `docker`), complete or not.
 */
export function purlDigests(purl: string | null): Digests {
  const [, algorithm = '', digest = ''] =
    /^pkg:(?:oci|docker)\/[^@?#]+@([^@?#:%]+)(?::|%3a)([^@?#]+)(?:[?#]|$)/i.exec(purl ?? '') ?? [];
  return ALGORITHM.test(algorithm) ? digestsOf([[algorithm, digest]]) : {};
}

/** The digests of a commit; none if it is not the id of a Git object. */
export function commitDigests(commit: string | null): Digests {
  return commit !== null && /^(?:[0-9A-Fa-f]{40}|[0-9A-Fa-f]{64})$/.test(commit) ? { gitCommit: commit } : {};
}

/** Removes duplicate subjects. */
export function eachOnce(subjects: Iterable<Subject>): Subject[] {
  const once: Subject[] = [];
  const named = new Map<Subject['name'], { readonly first: Subject; seen: Set<string> | null }>();
  for (const subject of subjects) {
    const others = named.get(subject.name);
    // Most names occur once: to write the digests of all down takes 19 times as long.
    if (others === undefined) named.set(subject.name, { first: subject, seen: null });
    else {
      others.seen ??= new Set([writtenDigests(others.first)]);
      const digests = writtenDigests(subject);
      if (others.seen.has(digests)) continue;
      others.seen.add(digests);
    }
    once.push(subject);
  }
  return once;
}

const writtenDigests = ({ digests }: Subject) => JSON.stringify(Object.entries(digests).sort());

/** The image under each digest that a scanner states. */
export function imageSubjects(target: string | null, stated: readonly unknown[]): Subject[] {
  const subjects = stated.flatMap((one) => {
    const found = typeof one === 'string' ? imageDigest(one) : null;
    return found === null ? [] : [{ name: found.name ?? target, digests: found.digests }];
  });
  if (subjects.length === 0 && target !== null) return [{ name: target, digests: {} }];
  return eachOnce(subjects);
}
