import { beforeAll, describe, expect, it } from 'vitest';
import { type Api, call, get, newArtifact, newRun, patch, post, testApp, testDeps } from '../helper.ts';

let app: Api;
beforeAll(async () => {
  app = await testApp();
});

describe('artifact operations', () => {
  it('attach an artifact with everything that a caller may send', async () => {
    const { id: run_id } = await newRun(app);
    const sent = {
      run_id,
      kind: 'slsa_provenance',
      path_or_uri: 'oci://registry/app@sha256:00',
      content_hash: 'any text: SHA-1?',
      metadata_json: {
        sbom_present: false,
        slsa_provenance_present: true,
        risk_assessment_present: false,
        additional_metadata: { tool: { name: 'cosign' } },
      },
    };
    const response = await call(app, 201, { method: 'POST', url: '/maestro/artifacts', payload: sent });
    const artifact = response.json();
    expect(artifact).toEqual({
      ...sent,
      id: artifact.id,
      created_at: artifact.created_at,
      content: null,
      about: [],
      evidence: null,
    });
    expect(response.headers.location).toBe(`/maestro/artifacts/${artifact.id}`);
    expect(await get(app, `/maestro/artifacts/${artifact.id}`)).toEqual(artifact);
  });

  it('take what was not sent as false, empty or null', async () => {
    const { id: run_id } = await newRun(app);
    const least = { run_id, kind: 'other', path_or_uri: 'x' };
    const empty = {
      content_hash: null,
      metadata_json: {
        sbom_present: false,
        slsa_provenance_present: false,
        risk_assessment_present: false,
        additional_metadata: {},
      },
    };
    expect(await post(app, '/maestro/artifacts', least)).toMatchObject(empty);
    expect(await post(app, '/maestro/artifacts', { ...least, metadata_json: null })).toMatchObject(empty);
    expect(await post(app, '/maestro/artifacts', { ...least, metadata_json: { sbom_present: null } })).toMatchObject(
      empty,
    );
  });

  it('never take anything but a boolean for a flag', async () => {
    const { id: run_id } = await newRun(app);
    for (const flag of ['sbom_present', 'slsa_provenance_present', 'risk_assessment_present']) {
      for (const value of ['true', 'false', '', 1, 0, [], [true], {}]) {
        const payload = { run_id, kind: 'sbom', path_or_uri: 'x', metadata_json: { [flag]: value } };
        const refused = {
          errors: [{ in: 'body', pointer: `/metadata_json/${flag}`, detail: expect.stringContaining('boolean') }],
        };
        expect(await post(app, '/maestro/artifacts', payload, 422)).toMatchObject(refused);
      }
    }
    expect(await get(app, `/maestro/artifacts?run_id=${run_id}`)).toEqual([]);
  });

  it('refuse an artifact for an unknown run', async () => {
    for (const run_id of ['unknown', '', '0199a1c2-7e3b-7c4d-9a5e-1f2a3b4c5d6e']) {
      const payload = { run_id, kind: 'sbom', path_or_uri: 'x' };
      expect(await post(app, '/maestro/artifacts', payload, 404)).toMatchObject({
        type: 'urn:maestro:problem:run_not_found',
      });
    }
  });

  it('attach artifacts to a run in any status', async () => {
    for (const status of ['pending', 'running', 'succeeded', 'failed', 'cancelled']) {
      const run = await newRun(app);
      await patch(app, `/maestro/runs/${run.id}`, { status });
      expect(await newArtifact(app, run.id)).toMatchObject({ run_id: run.id });
    }
  });

  it('list artifacts of all runs or of one, newest first', async () => {
    const own = await testApp();
    const [one, two] = [await newRun(own), await newRun(own)];
    const [a, b, c] = [await newArtifact(own, one.id), await newArtifact(own, two.id), await newArtifact(own, one.id)];
    expect(await get(own, '/maestro/artifacts')).toEqual([c, b, a]);
    expect(await get(own, `/maestro/artifacts?run_id=${one.id}`)).toEqual([c, a]);
    expect(await get(own, '/maestro/artifacts?run_id=unknown')).toEqual([]);
  });

  it('refuse more artifacts than a run may hold', async () => {
    const own = await testApp(testDeps({ maxArtifactsPerRun: 2 }));
    const run = await newRun(own);
    await newArtifact(own, run.id);
    await newArtifact(own, run.id);
    const payload = { run_id: run.id, kind: 'sbom', path_or_uri: 'x' };
    expect(await post(own, '/maestro/artifacts', payload, 409)).toMatchObject({ type: 'urn:maestro:problem:run_full' });
    expect(await get(own, '/maestro/artifacts')).toHaveLength(2);
  });

  it('answer 404 for an unknown artifact', async () => {
    expect(await get(app, '/maestro/artifacts/unknown', 404)).toMatchObject({
      type: 'urn:maestro:problem:artifact_not_found',
    });
  });
});
