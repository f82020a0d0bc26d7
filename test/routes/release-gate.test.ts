import { beforeAll, describe, expect, it } from 'vitest';
import { declaredFlags } from '../domain/rows.ts';
import { ALL_FLAGS, type Api, call, get, newArtifact, newRun, passingRun, patch, testApp } from '../helper.ts';

let app: Api;
beforeAll(async () => {
  app = await testApp();
});
const gate = (id: string, query = '') => `/maestro/runs/${id}/release-gate${query}`;

describe('the release gate', () => {
  it('passes a succeeded run with a compliant artifact', async () => {
    const run = await passingRun(app);
    const [artifact] = await get(app, `/maestro/artifacts?run_id=${run.id}`);
    const verdict = {
      run_id: run.id,
      passed: true,
      message: 'Release gate passed: 1 compliant artifact(s) found',
      details: {
        run_id: run.id,
        artifact_count: 1,
        status: 'succeeded',
        minimum_level: 'asserted',
        total_artifacts: 1,
        compliant_artifacts: 1,
        compliant_artifact_ids: [artifact.id],
        compliant: [{ artifact_id: artifact.id, kind: 'sbom', path_or_uri: 's3://b/1', flags: declaredFlags() }],
        pending_artifacts: 0,
        reasons: [],
        artifacts: [],
      },
    };
    for (const query of ['', '?enforce=true', '?enforce=false'])
      expect(await get(app, gate(run.id, query))).toEqual(verdict);
  });

  it('blocks a run without artifacts', async () => {
    const run = await newRun(app);
    await patch(app, `/maestro/runs/${run.id}`, { status: 'succeeded' });
    expect(await get(app, gate(run.id))).toMatchObject({
      passed: false,
      message: 'No artifacts found for this run',
      details: { reasons: [{ code: 'no_artifacts' }] },
    });
  });

  it('blocks a run whose artifacts lack a flag, and names what each lacks', async () => {
    const run = await newRun(app);
    const { id } = await newArtifact(app, run.id, { ...ALL_FLAGS, risk_assessment_present: false });
    await patch(app, `/maestro/runs/${run.id}`, { status: 'succeeded' });
    expect(await get(app, gate(run.id))).toMatchObject({
      passed: false,
      message: 'No artifacts meet compliance requirements (SBOM + SLSA provenance + risk assessment)',
      details: {
        total_artifacts: 1,
        compliant_artifacts: 0,
        reasons: [{ code: 'no_compliant_artifact' }],
        artifacts: [{ artifact_id: id, missing: ['risk_assessment_present'] }],
      },
    });
  });

  it('does not add up flags over several artifacts', async () => {
    const run = await newRun(app);
    for (const flag of Object.keys(ALL_FLAGS)) await newArtifact(app, run.id, { [flag]: true });
    await patch(app, `/maestro/runs/${run.id}`, { status: 'succeeded' });
    expect(await get(app, gate(run.id))).toMatchObject({ passed: false, details: { compliant_artifacts: 0 } });
  });

  it('blocks a run that has not succeeded', async () => {
    for (const status of ['pending', 'running', 'failed', 'cancelled']) {
      const run = await newRun(app);
      await newArtifact(app, run.id);
      await patch(app, `/maestro/runs/${run.id}`, { status });
      expect(await get(app, gate(run.id))).toMatchObject({
        passed: false,
        message: `Run status is '${status}', must be 'succeeded'`,
        details: { status, compliant_artifacts: 1, reasons: [{ code: 'run_not_succeeded' }] },
      });
    }
  });

  it('with enforce=true answers a block with 409 and the whole verdict', async () => {
    const run = await newRun(app);
    const verdict = await get(app, gate(run.id));
    expect(verdict.details.reasons.map((reason: { code: string }) => reason.code)).toEqual([
      'run_not_succeeded',
      'no_artifacts',
    ]);
    expect(await get(app, gate(run.id, '?enforce=false'))).toEqual(verdict);
    const response = await call(app, 409, { url: gate(run.id, '?enforce=true') });
    expect(response.headers['content-type']).toContain('application/problem+json');
    expect(response.json()).toEqual({
      type: 'urn:maestro:problem:release_blocked',
      title: 'Release blocked',
      status: 409,
      detail: verdict.message,
      instance: response.headers['x-request-id'],
      ...verdict,
    });
  });

  it('takes only the words true and false for enforce, given once, and no other parameter', async () => {
    const run = await passingRun(app);
    const odd = ['TRUE', 'True', '1', '0', 'yes', 'on', '', '%20true', 'true%20', 'null', 'undefined', 'tru', '%00'];
    for (const word of odd) {
      expect(await get(app, gate(run.id, `?enforce=${word}`), 422)).toMatchObject({
        errors: [{ in: 'query', pointer: '/enforce' }],
      });
    }
    for (const query of ['enforce=true&enforce=true', 'enforce=false&enforce=true', 'enforce']) {
      expect(await get(app, gate(run.id, `?${query}`), 422)).toMatchObject({ errors: [{ pointer: '/enforce' }] });
    }
    for (const name of ['enfroce', 'Enforce', 'enforce[]', 'x']) {
      expect(await get(app, gate(run.id, `?${name}=true`), 422)).toMatchObject({ errors: [{ pointer: `/${name}` }] });
    }
  });

  it('answers 404 for an unknown run, enforced or not', async () => {
    for (const query of ['', '?enforce=true', '?enforce=false']) {
      expect(await get(app, gate('unknown', query), 404)).toMatchObject({ type: 'urn:maestro:problem:run_not_found' });
    }
  });

  it('is judged anew at each call and never kept by a cache', async () => {
    const run = await newRun(app);
    await patch(app, `/maestro/runs/${run.id}`, { status: 'succeeded' });
    expect((await get(app, gate(run.id))).passed).toBe(false);
    await newArtifact(app, run.id);
    const response = await call(app, 200, { url: gate(run.id) });
    expect(response.json().passed).toBe(true);
    expect(response.headers['cache-control']).toBe('no-store');
  });
});
