// Digests as scanners and advisories state them, under the names that in-toto gives to algorithms.
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
// The longest digest that is in use has 128 digits.
const MAX_DIGEST = 256;

/**
 * Digests out of pairs of an algorithm and its digest, of any type. A text that is no digest is kept as it is: left out, it would make
 * a document that names other bytes look like one that names none.
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

// What may stand before the colon of a digest; a tag stands behind one, too, and what comes before that is no algorithm.
const ALGORITHM = /^(?:sha\d|sha-\d|md5|blake)[a-z0-9_+.-]{0,20}$/i;

/** The digest in `sha256:…` or `registry/name@sha256:…`, whole or not, with what stands before the `@`; null where there is none. */
export function imageDigest(text: string): { name: string | null; digests: Digests } | null {
  const at = text.lastIndexOf('@');
  const [algorithm = '', digest = '', ...more] = text.slice(at + 1).split(':', 3);
  if (!ALGORITHM.test(algorithm) || digest === '' || more.length > 0) return null;
  return { name: text.slice(0, Math.max(at, 0)) || null, digests: digestsOf([[algorithm, digest]]) };
}

/** The digest that the package URL of an image has for a version (purl-spec, types `oci` and `docker`), whole or not. */
export function purlDigests(purl: string | null): Digests {
  const [, algorithm = '', digest = ''] =
    /^pkg:(?:oci|docker)\/[^@?#]+@([^@?#:%]+)(?::|%3a)([^@?#]+)(?:[?#]|$)/i.exec(purl ?? '') ?? [];
  return ALGORITHM.test(algorithm) ? digestsOf([[algorithm, digest]]) : {};
}

/** The digests of a commit; none where it is no name of a Git object. */
export function commitDigests(commit: string | null): Digests {
  return commit !== null && /^(?:[0-9A-Fa-f]{40}|[0-9A-Fa-f]{64})$/.test(commit) ? { gitCommit: commit } : {};
}

/** Subjects, each once. */
export function eachOnce(subjects: Iterable<Subject>): Subject[] {
  const seen = new Map<string, Subject>();
  for (const subject of subjects) {
    const key = JSON.stringify([subject.name, Object.entries(subject.digests).sort()]);
    if (!seen.has(key)) seen.set(key, subject);
  }
  return [...seen.values()];
}

/** The image under each of the digests that a scanner states. */
export function imageSubjects(target: string | null, stated: readonly unknown[]): Subject[] {
  const subjects = stated.flatMap((one) => {
    const found = typeof one === 'string' ? imageDigest(one) : null;
    return found === null ? [] : [{ name: found.name ?? target, digests: found.digests }];
  });
  if (subjects.length === 0 && target !== null) return [{ name: target, digests: {} }];
  return eachOnce(subjects);
}
