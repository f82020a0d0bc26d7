// The trusted roots of Sigstore instances.
import { createRequire } from 'node:module';
import type { TrustMaterial } from '@sigstore/verify';
import { parseTimestamp } from '../domain/bounds.ts';
import { listOf, textOf } from '../json/fields.ts';
import { parsedOnce } from './parsed-once.ts';

const load = createRequire(import.meta.url);

/**
 * A trusted_root.json as the library takes it. Throws if it is none. The first call loads the
 * libraries: a server that trusts no root starts without them.
 */
export function trustMaterialOf(root: Record<string, unknown>): Omit<TrustMaterial, 'publicKey'> {
  const { TrustedRoot }: typeof import('@sigstore/protobuf-specs') = load('@sigstore/protobuf-specs');
  const { toTrustMaterial }: typeof import('@sigstore/verify') = load('@sigstore/verify');
  const { certificateAuthorities, timestampAuthorities, ...logs } = toTrustMaterial(TrustedRoot.fromJSON(root), {});
  return {
    ...logs,
    certificateAuthorities: certificateAuthorities.map(withParsedChain),
    timestampAuthorities: timestampAuthorities.map(withParsedChain),
  };
}

function withParsedChain(authority: CertAuthority): CertAuthority {
  return { ...authority, certChain: authority.certChain.map(parsedOnce) };
}

type CertAuthority = TrustMaterial['certificateAuthorities'][number];

const AUTHORITIES = ['tlogs', 'ctlogs', 'certificateAuthorities', 'timestampAuthorities'] as const;

/**
 * What is wrong with a trusted root. A missing start of validity is a fault: the library would read
 * it as the beginning of time, and trust a key for what was signed before anyone had it.
 */
export function* rootFaults(root: Record<string, unknown>): Generator<string> {
  if (!textOf(root, 'mediaType')?.startsWith('application/vnd.dev.sigstore.trustedroot'))
    yield 'must be a trusted_root.json of Sigstore, with its mediaType';
  for (const what of AUTHORITIES) {
    for (const [index, one] of listOf(root, what).entries()) {
      const start = textOf(one, ...(what.endsWith('logs') ? ['publicKey'] : []), 'validFor', 'start');
      if (start === null || parseTimestamp(start) === null) yield `has no start of validity: ${what}.${index}`;
    }
  }
  try {
    trustMaterialOf(root);
  } catch (error) {
    yield `cannot be used: ${(error as Error).message}`;
  }
}
