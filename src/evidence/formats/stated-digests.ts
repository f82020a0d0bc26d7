// Digests as scanners and advisories state them, under the names that in-toto gives to algorithms.
import type { Subject } from '../../domain/evidence-facts.ts';

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

/** Digests out of pairs of an algorithm and what is said to be hexadecimal, of any type: those that are none are left out. */
export function digestsOf(pairs: Iterable<readonly [unknown, unknown]>): Digests {
  const digests = new Map<string, string>();
  for (const [name, hex] of pairs) {
    if (typeof name !== 'string' || typeof hex !== 'string' || !/^[A-Za-z0-9_:-]{1,40}$/.test(name)) continue;
    const lower = name.toLowerCase();
    if (isHex(hex)) digests.set(Object.hasOwn(NAMES, lower) ? (NAMES[lower] as string) : lower, hex);
  }
  return Object.fromEntries(digests);
}

/** The digest in `sha256:…` or `registry/name@sha256:…`, with what stands before the `@`; null where there is none. */
export function imageDigest(text: string): { name: string | null; digests: Digests } | null {
  const at = text.lastIndexOf('@');
  const [algorithm = '', hex = '', ...more] = text.slice(at + 1).split(':', 3);
  if (!/^sha(256|384|512)$/.test(algorithm) || !isHex(hex) || more.length > 0) return null;
  return { name: text.slice(0, Math.max(at, 0)) || null, digests: { [algorithm]: hex } };
}

/** The digest that the package URL of an image has for a version (purl-spec, types `oci` and `docker`), if it is whole. */
export function purlDigests(purl: string | null): Digests {
  const [, algorithm = '', hex = ''] =
    /^pkg:(?:oci|docker)\/[^@?#]+@(sha256|sha384|sha512)(?::|%3[Aa])([0-9A-Fa-f]+)(?:[?#]|$)/.exec(purl ?? '') ?? [];
  const isWhole = hex !== '' && hex.length * 4 === Number(algorithm.slice('sha'.length));
  return isWhole ? { [algorithm]: hex } : {};
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

// The longest that is in use has 128 digits.
function isHex(text: string): boolean {
  return text.length <= 256 && /^[0-9A-Fa-f]+$/.test(text);
}
