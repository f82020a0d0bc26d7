// The trust policy compiled: keys parsed, patterns compiled, roots as the library takes them.
import type { TrustMaterial } from '@sigstore/verify';
import type { Pattern } from '../domain/pattern.ts';
import { NPM } from './built-in-trust.ts';
import { compilePattern, compileRefs, type RefRule } from './pattern.ts';
import { keySourceOf, type PublicKey, publicKeyOf } from './public-key.ts';
import type { TrustPolicy } from './trust-policy.ts';
import { trustMaterialOf } from './trusted-root.ts';
import { isTrigger, namesTriggers, type Vouch } from './vouching.ts';

export type TrustedKey = PublicKey & {
  readonly name: string;
  /**
   * Whether it is a key of the npm registry: one of its signatures is enough, whatever the
   * threshold.
   */
  readonly isNpm: boolean;
  /** Whether the key was valid at a time: RFC 3339 in UTC with milliseconds. */
  isValidAt(time: string): boolean;
};

export type CompiledTrust = {
  readonly trust: TrustPolicy;
  readonly keys: readonly TrustedKey[];
  readonly threshold: number;
  readonly roots: readonly { readonly name: string; readonly material: Omit<TrustMaterial, 'publicKey'> }[];
  /**
   * The names of the identities that a certificate under that root belongs to. `exact` are those
   * whose subject is the certificate's word for word, not by a pattern.
   */
  identitiesOf(root: string, issuer: string, subject: string): { names: string[]; exact: string[] };
  /**
   * Whether a key or an identity may sign predicates of that type that earn this; null where they
   * earn nothing.
   */
  maySign(what: 'keys' | 'identities', name: string, predicateType: string, earns?: Vouch | null): boolean;
  /**
   * Whether what a key or an identity signs counts if `trigger` started the build. Null is an
   * unknown trigger: it counts, except for issuers whose certificates always name one.
   */
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

/** Throws for a policy that `readTrustPolicy` would have refused. */
export function compileTrust(trust: TrustPolicy): CompiledTrust {
  return {
    trust,
    threshold: trust.key_threshold,
    keys: trust.keys.map(compiledKey),
    roots: trust.roots.map(({ name, trusted_root }) => ({ name, material: trustMaterialOf(trusted_root) })),
    identitiesOf: identitiesIn(trust),
    ...signersOf(trust),
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

function compiledKey(key: TrustPolicy['keys'][number]): TrustedKey {
  return {
    ...publicKeyOf(keySourceOf(key), key.algorithms),
    name: key.name,
    isNpm: key.name.startsWith(NPM),
    isValidAt: (time) =>
      key.valid_from <= time && ([undefined, 'never'].includes(key.valid_until) || time < (key.valid_until ?? '')),
  };
}

function identitiesIn(trust: TrustPolicy): CompiledTrust['identitiesOf'] {
  const identities = trust.identities.map((one) => ({ ...one, matches: compilePattern(one.subject) }));
  return (root, issuer, subject) => {
    const meant = identities.filter((one) => one.root === root && one.issuer === issuer && one.matches(subject));
    const namesOf = (some: typeof meant) => some.map(({ name }) => name);
    return { names: namesOf(meant), exact: namesOf(meant.filter((one) => one.subject === subject)) };
  };
}

// Null is nobody, who may sign nothing.
function signersOf(trust: TrustPolicy): Pick<CompiledTrust, 'maySign' | 'isStarter'> {
  const signerOf = (what: 'keys' | 'identities', name: string) => trust[what].find((one) => one.name === name) ?? null;
  return {
    maySign: (what, name, predicateType, earns = null) => {
      const signer = signerOf(what, name);
      if (signer === null || signer.predicate_types?.includes(predicateType) === false) return false;
      return earns === null || signer.vouches_for === 'any' || signer.vouches_for.includes(earns);
    },
    isStarter: (what, name, trigger) => {
      const signer = signerOf(what, name);
      if (signer === null) return false;
      if (trigger !== null) return isTrigger(trigger, signer.triggers);
      return !('issuer' in signer && namesTriggers(signer.issuer));
    },
  };
}

// In the form in which addresses of repositories are compared.
function compileRepository(pattern: string): Pattern {
  const [scheme = '', , host = '', ...path] = pattern
    .replace(/^git\+/, '')
    .replace(/\/$/, '')
    .replace(/\.git$/, '')
    .split('/');
  return compilePattern([scheme, '', host.toLowerCase(), ...path].join('/'));
}
