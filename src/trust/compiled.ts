// What is trusted, ready for use: keys parsed, patterns compiled, roots as the library takes them.
import type { TrustMaterial } from '@sigstore/verify';
import { NPM } from './built-in-trust.ts';
import { compilePattern, compileRefs, type Pattern, type RefRule } from './pattern.ts';
import { keySourceOf, type PublicKey, publicKeyOf } from './public-key.ts';
import type { Trust } from './trust.ts';
import { trustMaterialOf } from './trusted-root.ts';
import { isTrigger, namesTriggers, type Vouch } from './vouching.ts';

export type TrustedKey = PublicKey & {
  readonly name: string;
  /** Of the registry of npm, whose signatures stand alone. */
  readonly isNpm: boolean;
  /** Whether a time, RFC 3339 in UTC with milliseconds, is within its validity. */
  isValidAt(time: string): boolean;
};

export type CompiledTrust = {
  readonly trust: Trust;
  readonly keys: readonly TrustedKey[];
  readonly threshold: number;
  readonly roots: readonly { readonly name: string; readonly material: Omit<TrustMaterial, 'publicKey'> }[];
  /**
   * The names in the trust file of those whom a certificate under that root may be of; none where nobody there is meant. `exact` are
   * those of them who are meant word for word.
   */
  identitiesOf(root: string, issuer: string, subject: string): { names: string[]; exact: string[] };
  /** Whether a key or an identity of that name may sign predicates of that type, which earn what is named; null where they earn nothing. */
  maySign(what: 'keys' | 'identities', name: string, predicateType: string, earns?: Vouch | null): boolean;
  /** Whether what a key or an identity of that name signs counts if that started it; null where nothing says what did. */
  isStarter(what: 'keys' | 'identities', name: string, trigger: string | null): boolean;
  readonly builders: readonly {
    readonly matches: Pattern;
    readonly identities: readonly string[];
    readonly keys: readonly string[];
    readonly delegated: boolean;
    readonly anyParameters: boolean;
    readonly anyRunner: boolean;
  }[];
  readonly sources: readonly { readonly matches: Pattern; readonly isRef: RefRule }[];
};

/** The same, compiled. Throws for what `readTrust` would not have let through. */
export function compileTrust(trust: Trust): CompiledTrust {
  const identities = trust.identities.map((one) => ({ ...one, matches: compilePattern(one.subject) }));
  return {
    trust,
    threshold: trust.key_threshold,
    keys: trust.keys.map((key) => ({
      ...publicKeyOf(keySourceOf(key), key.algorithms),
      name: key.name,
      isNpm: key.name.startsWith(NPM),
      isValidAt: (time) =>
        key.valid_from <= time && ([undefined, 'never'].includes(key.valid_until) || time < (key.valid_until ?? '')),
    })),
    roots: trust.roots.map(({ name, trusted_root }) => ({
      name,
      material: trustMaterialOf(trusted_root),
    })),
    identitiesOf: (root, issuer, subject) => {
      const meant = identities.filter((one) => one.root === root && one.issuer === issuer && one.matches(subject));
      const namesOf = (some: typeof meant) => some.map(({ name }) => name);
      return { names: namesOf(meant), exact: namesOf(meant.filter((one) => one.subject === subject)) };
    },
    maySign: (what, name, predicateType, earns = null) => {
      const signer = trust[what].find((one) => one.name === name);
      if (signer === undefined || signer.predicate_types?.includes(predicateType) === false) return false;
      return earns === null || signer.vouches_for === 'any' || signer.vouches_for.includes(earns);
    },
    isStarter: (what, name, trigger) => {
      const signer = trust[what].find((one) => one.name === name);
      if (signer === undefined) return false;
      if (trigger !== null) return isTrigger(trigger, signer.triggers);
      return !('issuer' in signer && namesTriggers(signer.issuer));
    },
    builders: trust.builders.map(({ id, parameters, runner, ...rest }) => ({
      ...rest,
      matches: compilePattern(id),
      anyParameters: parameters === 'any',
      anyRunner: runner === 'any',
    })),
    sources: trust.sources.map(({ repository, refs = 'any' }) => ({
      matches: compileRepository(repository),
      isRef: compileRefs([refs].flat()),
    })),
  };
}

// Written as it may be, it is compared as addresses are.
function compileRepository(pattern: string): Pattern {
  const [scheme = '', , host = '', ...path] = pattern
    .replace(/^git\+/, '')
    .replace(/\/$/, '')
    .replace(/\.git$/, '')
    .split('/');
  return compilePattern([scheme, '', host.toLowerCase(), ...path].join('/'));
}
