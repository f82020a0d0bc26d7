import { describe, expect, it } from 'vitest';
import { memoryBlobs } from '../../src/blobs/memory.ts';
import { call, get, newArtifact, post, testApp, testDeps } from '../helper.ts';
import { anArtifact, BYTES, hex, put } from './sent-content.ts';

describe('content', () => {
  it('without a place for it is 503, and all else works', async () => {
    const { content_store_not_configured } = await notConfigured();
    expect(content_store_not_configured).toBe('urn:maestro:problem:content_store_not_configured');
  });

  it('is named by a pack with the digests of the moment', async () => {
    const app = await testApp();
    const { id, run_id, url } = await anArtifact(app);
    const other = await newArtifact(app, run_id);
    const before = await post(app, '/maestro/disclosure-packs', { run_id, summary: '' });
    await put(app, url, BYTES);
    const after = await post(app, '/maestro/disclosure-packs', { run_id, summary: '' });
    expect(before.artifact_digests).toEqual([]);
    expect(after.artifact_ids).toEqual([id, other.id]);
    const digests = { sha256: hex('sha256', BYTES), sha512: hex('sha512', BYTES) };
    expect(after.artifact_digests).toEqual([{ artifact_id: id, ...digests }]);
    const unsent = (artifact_id: unknown) => ({ artifact_id, digest: null, reason: 'content_not_sent' });
    expect(before.artifact_contents).toEqual([unsent(id), unsent(other.id)]);
    const sent = { artifact_id: id, digest: `sha256:${digests.sha256}`, reason: null };
    expect(after.artifact_contents).toEqual([sent, unsent(other.id)]);
    expect(await get(app, `/maestro/disclosure-packs/${before.id}`)).toEqual(before);
  });

  it('that was damaged where it lies is never given out whole', async () => {
    const blobs = memoryBlobs({ maxBytes: 1_000_000, now: () => new Date() }).open('default');
    const liar = { ...blobs, read: async () => (await import('node:stream')).Readable.from([Buffer.from('x'), BYTES]) };
    const deps = testDeps();
    deps.blobs = { ...deps.blobs, storeFor: () => liar };
    const app = await testApp(deps);
    await app.listen({ port: 0, host: '127.0.0.1' });
    const { url } = await anArtifact(app);
    await put(app, url, BYTES);
    const answer = await fetch(`${app.listeningOrigin}${url}`);
    expect(answer.status).toBe(500);
    expect(await answer.json()).toMatchObject({ type: 'urn:maestro:problem:content_lost' });
    for (const name of ['etag', 'content-digest', 'content-disposition']) expect(answer.headers.has(name)).toBe(false);
    await app.close();
  });
});

async function notConfigured() {
  const deps = testDeps();
  const { MaestroError } = await import('../../src/domain/errors.ts');
  deps.blobs = {
    ...deps.blobs,
    storeFor: () => {
      throw new MaestroError('content_store_not_configured', 'There is no content store');
    },
  };
  const app = await testApp(deps);
  const { url } = await anArtifact(app);
  const refusal = (await put(app, url, BYTES, 503)).json();
  await call(app, 404, { url });
  return { content_store_not_configured: refusal.type };
}
