import { beforeAll, describe, expect, it } from 'vitest';
import type { Run } from '../../src/domain/run/run.ts';
import { type Api, call, get, newArtifact, newRun, post, testApp } from '../helper.ts';

const PACKS = '/maestro/disclosure-packs';

let app: Api;
let run: Run;
beforeAll(async () => {
  app = await testApp();
  run = await newRun(app);
});

describe('disclosure pack operations', () => {
  it('make a pack of the artifacts named, in that order', async () => {
    const ids = [(await newArtifact(app, run.id)).id, (await newArtifact(app, run.id)).id];
    const sent = {
      run_id: run.id,
      summary: 'for the auditor',
      artifact_ids: [...ids].reverse(),
      metadata: { to: 'auditor' },
    };
    const response = await call(app, 201, { method: 'POST', url: PACKS, payload: sent });
    const pack = response.json();
    const { id, created_at } = pack;
    const artifact_contents = sent.artifact_ids.map((artifact_id) => ({
      artifact_id,
      digest: null,
      reason: 'content_not_sent',
    }));
    expect(pack).toEqual({ ...sent, id, created_at, artifact_digests: [], artifact_contents });
    expect(response.headers.location).toBe(`${PACKS}/${pack.id}`);
    expect(await get(app, `${PACKS}/${pack.id}`)).toEqual(pack);
  });

  it('hold every artifact of the run at that moment, or none, as asked', async () => {
    const own = await newRun(app);
    const { id } = await newArtifact(app, own.id);
    const all = await post(app, PACKS, { run_id: own.id, summary: 'all' });
    await newArtifact(app, own.id);
    expect(await get(app, `${PACKS}/${all.id}`)).toMatchObject({ artifact_ids: [id], metadata: {} });
    expect(await post(app, PACKS, { run_id: own.id, summary: '', artifact_ids: null })).toMatchObject({
      artifact_ids: { length: 2 },
    });
    expect(await post(app, PACKS, { run_id: own.id, summary: '', artifact_ids: [] })).toMatchObject({
      artifact_ids: [],
    });
  });

  it('refuse unknown runs and artifacts, artifacts of another run, and an artifact named twice', async () => {
    const { id } = await newArtifact(app, run.id);
    const foreign = await newArtifact(app, (await newRun(app)).id);
    const before = await get(app, PACKS);
    const send = (run_id: string, artifact_ids: string[], status: number) =>
      post(app, PACKS, { run_id, summary: '', artifact_ids }, status);
    expect(await send('unknown', [], 404)).toMatchObject({ type: 'urn:maestro:problem:run_not_found' });
    expect(await send(run.id, [id, 'unknown'], 404)).toMatchObject({ type: 'urn:maestro:problem:artifact_not_found' });
    expect(await send(run.id, [id, foreign.id], 422)).toMatchObject({ errors: [{ pointer: '/artifact_ids/1' }] });
    expect(await send(run.id, [id, id], 422)).toMatchObject({ errors: [{ pointer: '/artifact_ids/1' }] });
    expect(await get(app, PACKS)).toEqual(before);
  });

  it('list packs of all runs or of one, newest first', async () => {
    const own = await testApp();
    const [one, two] = [await newRun(own), await newRun(own)];
    const a = await post(own, PACKS, { run_id: one.id, summary: 'a' });
    const b = await post(own, PACKS, { run_id: two.id, summary: 'b' });
    expect(await get(own, PACKS)).toEqual([b, a]);
    expect(await get(own, `${PACKS}?run_id=${one.id}`)).toEqual([a]);
    expect(await get(own, `${PACKS}?run_id=unknown`)).toEqual([]);
  });

  it('answer 404 for an unknown pack', async () => {
    expect(await get(app, `${PACKS}/unknown`, 404)).toMatchObject({
      type: 'urn:maestro:problem:disclosure_pack_not_found',
    });
  });
});
