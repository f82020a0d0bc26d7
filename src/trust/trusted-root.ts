// The roots of Sigstore instances as the library takes them.
import { createRequire } from 'node:module';
import type { TrustMaterial } from '@sigstore/verify';

const load = createRequire(import.meta.url);

/**
 * The material of a trusted_root.json. Throws for what is none. The libraries are loaded by the first call: a server that trusts no root
 * starts without them.
 */
export function trustMaterialOf(root: Record<string, unknown>): Omit<TrustMaterial, 'publicKey'> {
  const { TrustedRoot }: typeof import('@sigstore/protobuf-specs') = load('@sigstore/protobuf-specs');
  const { toTrustMaterial }: typeof import('@sigstore/verify') = load('@sigstore/verify');
  return toTrustMaterial(TrustedRoot.fromJSON(root), {});
}
