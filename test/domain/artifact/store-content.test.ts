import { describe, expect, it } from 'vitest';
import { Artifact, ArtifactKind } from '../../../src/domain/artifact/artifact.ts';
import { storeContent } from '../../../src/domain/artifact/store-content.ts';
import { PENDING } from '../../../src/domain/evidence/evidence.ts';
import { anArtifact, RECEIVED, STAMP } from '../rows.ts';

const SHA256 = RECEIVED.digests.sha256;

describe('content that is stored', () => {
  it('is told by the artifact as it was received, stamped with its time', () => {
    const artifact = anArtifact();
    const stored = storeContent(artifact, RECEIVED, STAMP);
    const { sha384: _, ...digests } = RECEIVED.digests;
    const content = { digests, size: 4, media_type: 'text/plain', stored_at: STAMP.at };
    expect(stored?.artifact).toEqual({ ...artifact, content, evidence: PENDING });
    expect(stored?.event).toEqual({
      ...STAMP,
      type: 'artifact.content_stored',
      run_id: artifact.run_id,
      artifact_id: artifact.id,
      data: stored?.artifact,
    });
    expect(Artifact.parse(stored?.artifact)).toEqual(stored?.artifact);
  });

  it('never changes: the same bytes change nothing, others are refused', () => {
    const artifact = storeContent(anArtifact(), RECEIVED, STAMP)?.artifact as Artifact;
    expect(storeContent(artifact, { ...RECEIVED, media_type: 'text/html' }, STAMP)).toBeNull();
    const other = { ...RECEIVED, digests: { ...RECEIVED.digests, sha256: SHA256.replace(/^./, '0') } };
    expect(() => storeContent(artifact, other, STAMP)).toThrow(expect.objectContaining({ code: 'content_conflict' }));
  });

  it('is what content_hash declares, or refused; where SHA-384 is declared and was not computed, too', () => {
    for (const content_hash of [SHA256, `sha256:${SHA256}`, RECEIVED.digests.sha512, 'v1', null]) {
      expect(storeContent(anArtifact({ content_hash }), RECEIVED, STAMP)).not.toBeNull();
    }
    for (const content_hash of ['0'.repeat(64), `sha512:${'0'.repeat(128)}`, `sha384:${'0'.repeat(96)}`]) {
      expect(() => storeContent(anArtifact({ content_hash }), RECEIVED, STAMP)).toThrow(
        expect.objectContaining({ code: 'digest_mismatch' }),
      );
    }
  });

  it('may hold no data only where an artifact of its kind need not be a document', () => {
    const empty = { ...RECEIVED, holds_no_data: true };
    for (const kind of ArtifactKind.options) {
      const store = () => storeContent(anArtifact({ kind }), empty, STAMP);
      if (kind === 'build_log' || kind === 'other') expect(store()).not.toBeNull();
      else expect(store, kind).toThrow(expect.objectContaining({ code: 'validation_failed' }));
    }
  });
});
