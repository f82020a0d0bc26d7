// The `content_hash` that a caller declares for an artifact.
import { type Digest, digestsIn } from '../evidence/digest-text.ts';
import type { EvidenceFinding } from '../evidence/evidence-facts.ts';
import type { Artifact } from './artifact.ts';

/**
 * The complete digests that a `content_hash` declares, in any spelling; none for any other text.
 */
export function declaredDigests({ content_hash }: Readonly<Pick<Artifact, 'content_hash'>>): Digest[] {
  return content_hash === null ? [] : digestsIn(content_hash);
}

/**
 * The warning about a `content_hash` that is not a complete digest; null where it is one, or none
 * was sent.
 */
export function hashFinding(artifact: Readonly<Pick<Artifact, 'content_hash'>>): EvidenceFinding | null {
  if (typeof artifact.content_hash !== 'string' || declaredDigests(artifact).length > 0) return null;
  return {
    code: 'content_hash_not_compared',
    severity: 'warning',
    message:
      'content_hash is no complete SHA-256, SHA-384 or SHA-512: no bytes are compared with it, and no document names it',
    pointer: null,
  };
}
