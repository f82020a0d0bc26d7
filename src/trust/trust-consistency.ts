// Whether the parts of a trust file fit together: names are unique, and every reference has its
// target.
import type { z } from 'zod';
import { PUBLIC_GOOD } from './built-in-trust.ts';
import { keySourceOf, publicKeyOf } from './public-key.ts';
import { type Given as Restrictions, requireStated } from './trust-version.ts';

type Named = { readonly name: string };
type Key = Named & { pem?: string | undefined; jwk?: Record<string, unknown> | undefined };

/** The fields of a trust file that refer to each other. */
type Given = Omit<Restrictions, 'keys' | 'identities'> & {
  public_good: boolean;
  roots: readonly Named[];
  keys: readonly (Restrictions['keys'][number] & Key)[];
  identities: readonly (Restrictions['identities'][number] & { root: string })[];
  builders: readonly { identities: readonly string[]; keys: readonly string[] }[];
};

type Report = (path: (string | number)[], message: string) => void;

/** Adds an issue for each part of a trust file that does not fit the others. */
export function requireConsistency(file: Given, context: z.RefinementCtx): void {
  requireStated(file, context);
  const report: Report = (path, message) => context.addIssue({ code: 'custom', path, message });
  const { keys, identities, roots } = file;
  requireUnique('keys', namesOf(keys), 'is the name of another key', report);
  requireUnique('identities', namesOf(identities), 'is the name of another identity', report);
  requireUnique('roots', namesOf(roots), 'is the name of another root', report);
  // Counted twice, one key would be two signers.
  const digests = keys.map((key, index) => digestOf(key) ?? `bad key ${index}`);
  requireUnique('keys', digests, 'is another name of a key that is there already', report);
  requireRoots(file, report);
  requireSigners(file, report);
}

const namesOf = (entries: readonly Named[]) => entries.map(({ name }) => name);

function requireUnique(list: string, values: readonly string[], message: string, report: Report): void {
  const seen = new Set<string>();
  values.forEach((value, index) => {
    if (seen.has(value)) report([list, index, 'name'], message);
    seen.add(value);
  });
}

function requireRoots({ identities, roots, public_good }: Given, report: Report): void {
  const known = new Set([...namesOf(roots), ...(public_good ? [PUBLIC_GOOD] : [])]);
  identities.forEach(({ root }, index) => {
    if (!known.has(root)) report(['identities', index, 'root'], `is no root that is trusted: ${root}${rootHint(root)}`);
  });
}

// The root is left out most often to mean the public instance, which is its default.
const rootHint = (root: string) => (root === PUBLIC_GOOD ? '; write public_good: true' : '');

function requireSigners({ builders, identities, keys }: Given, report: Report): void {
  const known = { identities: namesOf(identities), keys: namesOf(keys) };
  builders.forEach((builder, index) => {
    for (const list of ['identities', 'keys'] as const) {
      builder[list].forEach((name, at) => {
        if (!known[list].includes(name))
          report(['builders', index, list, at], `names none of the ${list} in this file: ${name}`);
      });
    }
  });
}

/**
 * The digest of the key of an entry; null if it is no key, which is reported where the entry is
 * checked.
 */
export function digestOf(key: Key): string | null {
  try {
    return publicKeyOf(keySourceOf(key)).digest;
  } catch {
    return null;
  }
}
