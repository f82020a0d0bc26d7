// Sigstore bundles, verified offline: https://docs.sigstore.dev/about/bundle/
import { type Bundle, bundleFromJSON } from '@sigstore/bundle';
import { type SignedEntity, toSignedEntity } from '@sigstore/verify';
import type { CheckName } from '../domain/evidence/verification.ts';
import {
  badTimeOf,
  hasRoot,
  holdsMoreThan,
  isTooMuch,
  MAX_ENTRIES,
  MAX_VALUES,
  withoutEmptyProofs,
} from './bundle-parts.ts';
import type { CompiledTrust } from './compiled.ts';
import { type Checkable, signedPayload } from './content.ts';
import { verifyWithKey } from './keyed.ts';
import { verifyKeyless } from './keyless.ts';
import { withParsedLeaf } from './parsed-leaf.ts';
import { attempt, faultOfBundle, refused } from './refusal.ts';
import type { SignatureResult } from './signed-by.ts';
import { withTimes } from './timestamps.ts';

/**
 * Verifies a bundle as it was parsed. `isContent` says whether the content that the library decodes
 * is what the readers of documents read. `withDigest` replaces how a signature over bytes is
 * compared, as the bytes are not available. Anything that is thrown is a refusal.
 */
export function verifyBundle(
  parsed: unknown,
  isContent: (bundle: Bundle) => boolean,
  withDigest: (entity: SignedEntity) => SignedEntity,
  trust: CompiledTrust,
): SignatureResult {
  if (holdsMoreThan(MAX_VALUES, parsed))
    return refused(false, 'log', 'too_many_entries', `It holds more than ${MAX_VALUES} values`);
  const given = attempt(() => bundleFromJSON(parsed));
  if (given instanceof Error) return refused(false, 'signature', 'bundle_invalid', faultOfBundle(given));
  const bundle = withoutEmptyProofs(given);
  const keyless = bundle.verificationMaterial.content.$case !== 'publicKey';
  const refuse = (check: CheckName, code: string, detail: string) => refused(keyless, check, code, detail);
  if (isTooMuch(bundle)) return refuse('log', 'too_many_entries', `It holds more than ${MAX_ENTRIES} entries or times`);
  if (!isContent(bundle)) return refuse('signature', 'content_ambiguous', 'Its content can be decoded in two ways');
  const time = badTimeOf(bundle);
  if (time !== null) return refuse('timestamp', 'timestamp_error', `An entry of the log has no time: ${time}`);
  const plain = attempt(() => withParsedLeaf(toSignedEntity(bundle)));
  if (plain instanceof Error)
    return refuse('signature', 'bundle_invalid', 'Its certificate or a timestamp in it is no DER that can be read');
  const entity = attempt(() => checkable(bundle, plain, withDigest));
  if (entity instanceof Error) return refuse('signature', 'bundle_invalid', entity.message);
  const timed = withTimes(entity);
  if (timed === null) return refuse('timestamp', 'timestamp_error', 'A timestamp is none of RFC 3161 that can be read');
  if (trust.roots.length === 0) return refuse(keyless ? 'certificate' : 'log', 'no_root', 'No root is trusted');
  if (bundle !== given && hasRoot(bundle))
    return refuse('certificate', 'root_in_bundle', 'Its chain holds a root, which the trust file alone may bring');
  return keyless ? verifyKeyless(bundle, timed, trust) : verifyWithKey(timed, trust);
}

function checkable(
  bundle: Bundle,
  entity: SignedEntity,
  withDigest: (entity: SignedEntity) => SignedEntity,
): Checkable {
  const { content } = bundle;
  if (content.$case === 'messageSignature') return withDigest(entity) as Checkable;
  return signedPayload(entity, content.dsseEnvelope.payloadType, content.dsseEnvelope.payload);
}
