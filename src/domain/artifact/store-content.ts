import { invalid, MaestroError } from '../errors.ts';
import type { Stamp } from '../event/event.ts';
import { PENDING } from '../evidence/evidence.ts';
import type { Artifact, ArtifactKind } from './artifact.ts';
import type { ArtifactChange, ArtifactEvent } from './artifact-events.ts';
import { declaredDigests } from './content-hash.ts';

/**
 * The artifact with the received content, which waits to be read; null where the artifact already
 * has these bytes. Throws `content_conflict` where it has other bytes, `digest_mismatch` where
 * `content_hash` declares other bytes, and `validation_failed` where a document is required and the
 * bytes hold no data.
 */
export function storeContent(artifact: Readonly<Artifact>, received: ReceivedContent, stamp: Stamp): ArtifactChange {
  const { digests, size, media_type } = received;
  const { sha256, sha512 } = digests;
  requireDeclared(artifact, digests);
  if (artifact.content?.digests.sha256 === sha256) return null;
  if (artifact.content !== null) {
    throw new MaestroError(
      'content_conflict',
      `Artifact '${artifact.id}' already has other content, and content never changes`,
    );
  }
  if (received.holds_no_data && !MAY_BE_EMPTY[artifact.kind]) throw emptyDocument(artifact, size);
  const content = { digests: { sha256, sha512 }, size, media_type, stored_at: stamp.at };
  const data: Artifact = { ...artifact, content, evidence: { ...PENDING } };
  const event: ArtifactEvent = {
    ...stamp,
    type: 'artifact.content_stored',
    run_id: artifact.run_id,
    artifact_id: artifact.id,
    data,
  };
  return { artifact: data, event };
}

// An empty log or file can be correct.
const MAY_BE_EMPTY: Record<ArtifactKind, boolean> = {
  sbom: false,
  slsa_provenance: false,
  risk_assessment: false,
  specification: false,
  test_report: false,
  build_log: true,
  other: true,
};

function emptyDocument({ kind }: Readonly<Artifact>, size: number): MaestroError {
  const detail = `holds no data (${size} bytes), but an artifact of the kind '${kind}' must be a document: send the file itself`;
  return invalid([{ in: 'body', pointer: '', detail }]);
}

/** Received bytes. Digests are lower-case hexadecimal; the media type is that of the request. */
export type ReceivedContent = {
  digests: { sha256: string; sha384: string | null; sha512: string };
  size: number;
  media_type: string;
  /** Whether the bytes hold only blanks and empty JSON values. */
  holds_no_data: boolean;
};

function requireDeclared(artifact: Readonly<Artifact>, digests: ReceivedContent['digests']): void {
  const wrong = declaredDigests(artifact).filter(({ algorithm, hex }) => digests[algorithm] !== hex);
  if (wrong.length === 0) return;
  throw new MaestroError(
    'digest_mismatch',
    `The content does not match content_hash: ${artifact.content_hash}`,
    wrong.map(({ algorithm }) => ({
      in: 'body',
      pointer: '',
      detail: `does not match the ${algorithm} in content_hash`,
    })),
  );
}
