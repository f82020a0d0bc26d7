// The certificate of the signer of a bundle, parsed once for all checks and under every root.
import type { SignedEntity } from '@sigstore/verify';
import { parsedOnce } from './parsed-once.ts';

/** The entity with its certificate parsed once. It lasts as long as the entity: no bundle shares it. */
export function withParsedLeaf(entity: SignedEntity): SignedEntity {
  const { key } = entity;
  if (key.$case !== 'certificate') return entity;
  return { ...entity, key: { $case: key.$case, certificate: parsedOnce(key.certificate) } };
}
