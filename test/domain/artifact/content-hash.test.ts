import { describe, expect, it } from 'vitest';
import { declaredDigests, hashFinding } from '../../../src/domain/artifact/content-hash.ts';
import { storeContent } from '../../../src/domain/artifact/store-content.ts';
import { anArtifact, RECEIVED, STAMP } from '../rows.ts';

const SHA256 = RECEIVED.digests.sha256;

describe('the digests that a content_hash declares', () => {
  it.each([SHA256, `SHA256: ${SHA256}`, `0x${SHA256}`, `sha256-${Buffer.from(SHA256, 'hex').toString('base64')}`])(
    'are compared with the bytes in any spelling, such as %j',
    (content_hash) => {
      expect(declaredDigests({ content_hash })).toEqual([{ algorithm: 'sha256', hex: SHA256 }]);
      const artifact = anArtifact({ content_hash });
      expect(storeContent(artifact, RECEIVED, STAMP)).not.toBeNull();
      const other = { ...RECEIVED, digests: { ...RECEIVED.digests, sha256: '0'.repeat(64) } };
      expect(() => storeContent(artifact, other, STAMP)).toThrow(expect.objectContaining({ code: 'digest_mismatch' }));
    },
  );

  it('must all be those of the bytes', () => {
    const wrong = Buffer.alloc(64).toString('base64');
    const content_hash = `sha256-${Buffer.from(SHA256, 'hex').toString('base64')} sha512-${wrong}`;
    expect(() => storeContent(anArtifact({ content_hash }), RECEIVED, STAMP)).toThrow(
      expect.objectContaining({ errors: [expect.objectContaining({ detail: expect.stringContaining('sha512') })] }),
    );
  });

  it.each([null, '', 'sha256:', `sha256:${SHA256.slice(1)}`, `md5:${SHA256}`, 'sha256:abc123'])(
    'are none in %j, which is stored as it is',
    (content_hash) => {
      expect(declaredDigests({ content_hash })).toEqual([]);
      expect(storeContent(anArtifact({ content_hash }), RECEIVED, STAMP)?.artifact.content_hash).toBe(content_hash);
    },
  );
});

describe('the warning about a content_hash', () => {
  it('is made where it is no complete digest, and not where it is one or none was sent', () => {
    for (const content_hash of ['', 'sha256:abc123', 'v1'])
      expect(hashFinding({ content_hash })).toMatchObject({ code: 'content_hash_not_compared', severity: 'warning' });
    for (const content_hash of [null, SHA256, `sha256:${SHA256}`]) expect(hashFinding({ content_hash })).toBeNull();
  });
});
