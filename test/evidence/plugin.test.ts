import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { beforeEach, describe, expect, it } from 'vitest';
import { systemActor } from '../../src/domain/event/actor.ts';
import type { Evidence } from '../../src/domain/evidence/evidence.ts';
import { READER } from '../../src/domain/evidence/reader.ts';
import { ALL_FLAGS, type Api, call, get, newRun, patch, post, type TestDeps, testApp, testDeps } from '../helper.ts';
import { dsseEnvelope, newKey } from '../trust/signing.ts';

let deps: TestDeps;
let app: Api;
beforeEach(async () => {
  deps = testDeps();
  app = await testApp(deps);
});

const SBOM = {
  bomFormat: 'CycloneDX',
  specVersion: '1.6',
  version: 1,
  metadata: {
    timestamp: '2026-01-31T10:00:00Z',
    tools: { components: [{ type: 'application', name: 'npm', version: '11.6.0' }] },
    component: { type: 'application', name: 'payment-api', version: '2.4.1', 'bom-ref': 'root' },
  },
  components: [{ type: 'library', name: 'left-pad', version: '1.3.0', purl: 'pkg:npm/left-pad@1.3.0', 'bom-ref': 'a' }],
  dependencies: [{ ref: 'root', dependsOn: ['a'] }],
};
const hex = (algorithm: string, bytes: Buffer) => createHash(algorithm).update(bytes).digest('hex');
const json = (value: object) => Buffer.from(JSON.stringify(value));
const provenanceOf = (...bytes: Buffer[]) =>
  json({
    _type: 'https://in-toto.io/Statement/v1',
    subject: bytes.map((one, index) => ({ name: `bundle-${index}.tgz`, digest: { sha256: hex('sha256', one) } })),
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {
      buildDefinition: { buildType: 'https://build.example/v1', externalParameters: {}, resolvedDependencies: [] },
      runDetails: { builder: { id: 'https://builder.example' }, metadata: { invocationId: '42' } },
    },
  });
const SCORECARD = json({
  date: '2026-01-31',
  repo: { name: 'github.com/acme/payment-api', commit: 'a'.repeat(40) },
  scorecard: { version: 'v5.2.1', commit: 'b'.repeat(40) },
  score: 7.4,
  checks: [
    {
      name: 'Code-Review',
      score: 7,
      reason: 'r',
      details: ['d'],
      documentation: { short: 's', url: 'https://example.com' },
    },
  ],
});
const NO_FLAGS = { sbom_present: false, slsa_provenance_present: false, risk_assessment_present: false };

async function attach(run_id: string, bytes: Buffer | null, changes: object = {}) {
  const request = { run_id, kind: 'other', path_or_uri: 'p', metadata_json: NO_FLAGS, ...changes };
  const artifact = await post(app, '/maestro/artifacts', request);
  if (bytes === null) return artifact;
  const url = `/maestro/artifacts/${artifact.id}/content`;
  return (await call(app, 201, { method: 'PUT', url, payload: bytes })).json();
}

describe('content that is sent', () => {
  it('is told by its artifact, and in whole at its evidence', async () => {
    const run = await newRun(app);
    const artifact = await attach(run.id, json(SBOM), { kind: 'sbom' });
    const summary = {
      state: 'read',
      kind: 'sbom',
      format: 'cyclonedx-json',
      version: '1.6',
      level: 'parsed',
      tool: { name: 'npm', version: '11.6.0' },
      findings_total: 0,
      reader: READER,
    };
    expect(artifact.evidence).toMatchObject(summary);
    expect(artifact.evidence.subjects).toMatchObject([{ name: 'payment-api' }]);
    expect(await get(app, `/maestro/artifacts/${artifact.id}/evidence`)).toMatchObject({
      ...summary,
      valid: true,
      facts: { kind: 'sbom', components: 1, with_purl: 1, subject: { name: 'payment-api', version: '2.4.1' } },
      findings: [],
    });
  });

  it('is unreadable, with the reason, where nothing can be said of it', async () => {
    const run = await newRun(app);
    const artifact = await attach(run.id, Buffer.from('{"bomFormat": "CycloneDX", "specVersion": '), { kind: 'sbom' });
    expect(artifact.evidence).toMatchObject({ state: 'unreadable', level: null, findings_total: 1 });
    expect(await get(app, `/maestro/artifacts/${artifact.id}/evidence`)).toMatchObject({
      state: 'unreadable',
      valid: false,
      facts: null,
      findings: [{ code: 'json-malformed', severity: 'error' }],
    });
  });

  it('is opaque where it is none of the formats that are read', async () => {
    const run = await newRun(app);
    const text = Buffer.from('# Risk assessment\n\nNone.\n');
    const artifact = await attach(run.id, text, { kind: 'risk_assessment', metadata_json: ALL_FLAGS });
    expect(artifact.evidence).toMatchObject({ state: 'opaque', kind: 'opaque', level: null });
    expect(await get(app, `/maestro/artifacts/${artifact.id}/evidence`)).toMatchObject({
      facts: { kind: 'opaque', size: text.length, digests: { sha256: hex('sha256', text) } },
    });
    await patch(app, `/maestro/runs/${run.id}`, { status: 'succeeded' });
    expect((await get(app, `/maestro/runs/${run.id}/release-gate`)).passed).toBe(true);
  });

  it('is waited for no longer than Prefer says, and goes on being read', async () => {
    const run = await newRun(app);
    const { id } = await attach(run.id, null);
    const url = `/maestro/artifacts/${id}/content`;
    const headers = { prefer: 'wait=0' };
    const sent = (await call(app, 201, { method: 'PUT', url, payload: json(SBOM), headers })).json();
    expect(sent.evidence).toMatchObject({ state: 'pending', kind: null, read_at: null });
    const evidence = await call(app, 200, { url: `/maestro/artifacts/${id}/evidence`, headers: { prefer: 'wait=60' } });
    expect(evidence.json().state).toBe('read');
  });

  it.each(['wait=61', 'wait=x'])('is refused with Prefer: %s before any of it is kept', async (prefer) => {
    const run = await newRun(app);
    const { id } = await attach(run.id, null);
    const url = `/maestro/artifacts/${id}/content`;
    const refusal = await call(app, 422, { method: 'PUT', url, payload: json(SBOM), headers: { prefer } });
    expect(refusal.json().errors).toMatchObject([{ in: 'header', pointer: '/prefer' }]);
    expect((await get(app, `/maestro/artifacts/${id}`)).content).toBeNull();
  });
});

describe('evidence', () => {
  it('of what does not exist or has no content is not found', async () => {
    const run = await newRun(app);
    const { id } = await attach(run.id, null);
    for (const method of ['GET', 'POST'] as const) {
      for (const [one, code] of [
        ['nope', 'artifact_not_found'],
        [id, 'content_not_found'],
      ]) {
        const answer = await call(app, 404, { method, url: `/maestro/artifacts/${one}/evidence` });
        expect(answer.json().type).toBe(`urn:maestro:problem:${code}`);
      }
    }
  });

  it('is read again when that is asked for, which two events tell', async () => {
    const run = await newRun(app);
    const { id } = await attach(run.id, json(SBOM));
    const url = `/maestro/artifacts/${id}/evidence`;
    const before = await get(app, url);
    const after = (await call(app, 200, { method: 'POST', url })).json();
    expect({ ...after, read_at: null }).toEqual({ ...before, read_at: null });
    const { events } = await deps.storesFor({} as FastifyRequest).events.after(null, 100);
    expect(events.slice(-2).map(({ type }) => type)).toEqual(['artifact.evidence_requested', 'artifact.evidence_read']);
  });

  it('that waits to be read is told so with 202', async () => {
    const run = await newRun(app);
    const { id } = await attach(run.id, json(SBOM));
    const url = `/maestro/artifacts/${id}/evidence`;
    const answer = await call(app, 202, { method: 'POST', url, headers: { prefer: 'wait=0' } });
    expect(answer.json()).toMatchObject({ state: 'pending', valid: null, facts: null, findings: [], subjects: [] });
  });

  it('takes no body where it is to be read again', async () => {
    const run = await newRun(app);
    const { id } = await attach(run.id, json(SBOM));
    await call(app, 415, { method: 'POST', url: `/maestro/artifacts/${id}/evidence`, payload: { a: 1 } });
  });
});

describe('what is read again', () => {
  it('takes no body, and holds none of more than a KiB', async () => {
    const { id } = await attach((await newRun(app)).id, json(SBOM));
    const url = `/maestro/artifacts/${id}/evidence`;
    await call(app, 415, { method: 'POST', url, payload: Buffer.from('x') });
    await call(app, 413, { method: 'POST', url, payload: Buffer.alloc(1_025) });
    await call(app, 200, { method: 'POST', url });
  });
});

describe('a file that is inspected', () => {
  it('is told as content is', async () => {
    const payload = json(SBOM);
    const report = (await call(app, 200, { method: 'POST', url: '/maestro/evidence/inspect', payload })).json();
    const artifact = await attach((await newRun(app)).id, payload);
    const kept = await get(app, `/maestro/artifacts/${artifact.id}/evidence`);
    expect({ ...report, read_at: null }).toEqual({ ...kept, read_at: null });
  });
});

describe('the release gate', () => {
  const gate = async (id: string, headers = {}) => call(app, 200, { url: `/maestro/runs/${id}/release-gate`, headers });
  const BUNDLE = Buffer.from('the built thing');

  it('passes a run for which nothing was declared, by three documents about the built thing', async () => {
    const run = await newRun(app);
    const bundle = await attach(run.id, BUNDLE, { path_or_uri: 'bundle.tgz' });
    await patch(app, `/maestro/runs/${run.id}`, { status: 'succeeded' });
    const about = [bundle.id];
    const sbom = await attach(run.id, json(SBOM), { kind: 'sbom', about });
    const provenance = await attach(run.id, provenanceOf(BUNDLE), { kind: 'slsa_provenance' });
    expect((await gate(run.id)).json().passed).toBe(false);
    const risk = await attach(run.id, SCORECARD, { kind: 'risk_assessment', about });
    const { passed, details } = (await gate(run.id)).json();
    expect(passed).toBe(true);
    const parsed = (because: string, document: string) => ({
      value: true,
      level: 'parsed',
      because,
      document,
      signer: null,
    });
    expect(details.compliant).toEqual([
      {
        artifact_id: bundle.id,
        kind: bundle.kind,
        path_or_uri: 'bundle.tgz',
        flags: {
          sbom_present: parsed('about', sbom.id),
          slsa_provenance_present: parsed('subject', provenance.id),
          risk_assessment_present: parsed('about', risk.id),
        },
      },
    ]);
    const { artifacts, compliance_report } = await get(app, `/maestro/runs/${run.id}/manifest`);
    expect(compliance_report.release_gate_passed).toBe(true);
    expect(compliance_report.artifacts.map(({ facts }: { facts: { kind: string } }) => facts.kind)).toEqual([
      'scorecard',
      'provenance',
      'sbom',
      'opaque',
    ]);
    // What the caller declared stays what it was.
    for (const { metadata_json } of artifacts) expect(metadata_json).toMatchObject(NO_FLAGS);
  });

  it('blocks a run whose provenance is that of other bytes', async () => {
    const run = await newRun(app);
    const declared = { metadata_json: { ...ALL_FLAGS, slsa_provenance_present: false } };
    await attach(run.id, BUNDLE, declared);
    await attach(run.id, provenanceOf(Buffer.from('another thing')), { kind: 'slsa_provenance' });
    await patch(app, `/maestro/runs/${run.id}`, { status: 'succeeded' });
    const verdict = (await gate(run.id)).json();
    expect(verdict.passed).toBe(false);
    expect(verdict.details.artifacts[0].missing).toEqual(['slsa_provenance_present']);
  });

  it('blocks a run whose SBOM is none, whatever was declared', async () => {
    const run = await newRun(app);
    await attach(run.id, provenanceOf(BUNDLE), { kind: 'sbom', metadata_json: ALL_FLAGS });
    await patch(app, `/maestro/runs/${run.id}`, { status: 'succeeded' });
    const { passed, details } = (await gate(run.id)).json();
    expect(passed).toBe(false);
    expect(details.artifacts[0].flags.sbom_present.because).toBe('contradicted');
  });

  it('does not pass before everything was read, says when to ask again, and waits where that is asked for', async () => {
    const { evidence } = deps;
    deps = testDeps({ evidence: { ...evidence, wake: () => {} } });
    app = await testApp(deps);
    const run = await newRun(app);
    const { id } = await attach(run.id, null, { metadata_json: ALL_FLAGS });
    await patch(app, `/maestro/runs/${run.id}`, { status: 'succeeded' });
    expect((await gate(run.id)).json().passed).toBe(true);
    const url = `/maestro/artifacts/${id}/content`;
    await call(app, 201, { method: 'PUT', url, payload: BUNDLE, headers: { prefer: 'wait=0' } });
    const blocked = await gate(run.id);
    expect(blocked.json()).toMatchObject({
      passed: false,
      message: 'Evidence of this run waits to be read',
      details: { pending_artifacts: 1, reasons: [{ code: 'evidence_pending' }] },
    });
    expect(blocked.headers['retry-after']).toMatch(/^\d+$/);
    const began = performance.now();
    expect((await gate(run.id, { prefer: 'wait=1' })).json().passed).toBe(false);
    expect(performance.now() - began).toBeGreaterThan(900);
    const enforced = await call(app, 409, { url: `/maestro/runs/${run.id}/release-gate?enforce=true` });
    expect(enforced.headers['retry-after']).toMatch(/^\d+$/);
  });

  it('answers as soon as everything was read', async () => {
    const run = await newRun(app);
    const { id } = await attach(run.id, null, { metadata_json: ALL_FLAGS });
    await patch(app, `/maestro/runs/${run.id}`, { status: 'succeeded' });
    const url = `/maestro/artifacts/${id}/content`;
    await call(app, 201, { method: 'PUT', url, payload: BUNDLE, headers: { prefer: 'wait=0' } });
    const began = performance.now();
    expect((await gate(run.id, { prefer: 'wait=60' })).json().passed).toBe(true);
    expect(performance.now() - began).toBeLessThan(30_000);
  });

  it('refuses a wait that is none', async () => {
    const run = await newRun(app);
    const url = `/maestro/runs/${run.id}/release-gate`;
    expect((await call(app, 422, { url, headers: { prefer: 'wait=61' } })).json().errors).toMatchObject([
      { in: 'header', pointer: '/prefer' },
    ]);
  });
});

describe('what in a document is signed', () => {
  const BUNDLE = Buffer.from('the built thing');
  const key = newKey();
  const provenance = json(dsseEnvelope(provenanceOf(BUNDLE).toString(), [key]));
  const keys = [{ name: 'release', pem: key.pem, valid_from: '2026-01-01T00:00:00Z' }];
  const trusted = { keys, builders: [{ id: 'https://builder.example', keys: ['release'] }], sources: [] };
  let file: object = trusted;
  let reloadTrust = () => {};

  beforeEach(async () => {
    file = trusted;
    const trusting = testDeps({ trustFile: () => file, minimum: 'verified' });
    ({ reloadTrust } = trusting);
    deps = trusting;
    app = await testApp(deps);
  });

  const sbomOf = (subject: Buffer) =>
    json(
      dsseEnvelope(
        {
          _type: 'https://in-toto.io/Statement/v1',
          subject: [{ name: 'bundle.tgz', digest: { sha256: hex('sha256', subject) } }],
          predicateType: 'https://cyclonedx.org/bom',
          predicate: SBOM,
        },
        [key],
      ),
    );
  const evidenceOf = (id: string, headers = {}) =>
    call(app, 200, { url: `/maestro/artifacts/${id}/evidence`, headers }).then((answer) => answer.json());

  it('is told with every link, from the document and from what it names', async () => {
    const run = await newRun(app);
    const bundle = await attach(run.id, BUNDLE);
    const sbom = await attach(run.id, sbomOf(BUNDLE));
    const report = await evidenceOf(sbom.id);
    const signer = { trusted_as: 'release', issuer: null, subject: null, key: expect.stringMatching(/^[0-9a-f]{64}$/) };
    expect(report).toMatchObject({
      state: 'read',
      kind: 'attestation',
      level: 'verified',
      facts: { kind: 'attestation', predicate: { kind: 'sbom', components: 1 } },
      verification: {
        trust_digest: deps.trust.current().digest,
        stale: false,
        attestations: [{ state: 'verified', pointer: '', signers: [signer], about: [bundle.id] }],
        attestations_total: 1,
      },
      named_by: [],
    });
    // The summary stays what it was when it was read: it is not judged anew.
    expect(sbom.evidence.level).toBe('parsed');
    expect(await evidenceOf(bundle.id)).toMatchObject({
      verification: null,
      named_by: [{ document: sbom.id, kind: 'attestation', state: 'verified', signers: [signer] }],
      signed_by: [],
    });
  });

  it('is bound to what comes later, and never to another run', async () => {
    const run = await newRun(app);
    const sbom = await attach(run.id, sbomOf(BUNDLE));
    await attach((await newRun(app)).id, BUNDLE);
    expect(await evidenceOf(sbom.id)).toMatchObject({
      level: 'parsed',
      verification: { attestations: [{ state: 'unbound' }] },
    });
    await attach(run.id, BUNDLE);
    expect((await evidenceOf(sbom.id)).level).toBe('verified');
  });

  it('is refused, and says which link does not hold, where the signer is nobody, or speaks for no such source', async () => {
    const run = await newRun(app);
    await attach(run.id, BUNDLE);
    const forged = await attach(run.id, json(dsseEnvelope(provenanceOf(BUNDLE).toString(), [newKey()])));
    const sourceless = await attach(run.id, provenance);
    for (const { id } of [forged, sourceless]) {
      const { level, verification } = await evidenceOf(id);
      expect([level, verification.attestations[0].state]).toEqual(['parsed', 'refused']);
      expect(verification.attestations[0].links.some(({ held }: { held: boolean }) => !held)).toBe(true);
    }
  });

  it('is told of a file that is inspected, as of no run', async () => {
    const request = { method: 'POST' as const, url: '/maestro/evidence/inspect', payload: sbomOf(BUNDLE) };
    expect((await call(app, 200, request)).json()).toMatchObject({
      level: 'parsed',
      verification: { stale: false, attestations: [{ state: 'unbound', about: [] }] },
      named_by: [],
      signed_by: [],
    });
  });

  it('is verified again, by itself, where something else is trusted, which an event tells', async () => {
    const run = await newRun(app);
    await attach(run.id, BUNDLE);
    const { id } = await attach(run.id, sbomOf(BUNDLE));
    const before = await evidenceOf(id);
    file = { ...trusted, keys: [{ ...keys[0], name: 'other' }], builders: [] };
    reloadTrust();
    await expect.poll(async () => (await evidenceOf(id)).verification.stale).toBe(false);
    const after = await evidenceOf(id);
    expect(after.level).toBe('verified');
    expect(after.verification.attestations[0].signers[0].trusted_as).toBe('other');
    expect(after.verification.trust_digest).not.toBe(before.verification.trust_digest);
    file = { ...trusted, keys: [], builders: [] };
    reloadTrust();
    await expect.poll(async () => (await evidenceOf(id)).verification.stale).toBe(false);
    expect(await evidenceOf(id)).toMatchObject({
      level: 'parsed',
      verification: { attestations: [{ state: 'refused' }] },
    });
    const { events } = await deps.storesFor({} as FastifyRequest).events.after(null, 100);
    const types = events.slice(-2).map(({ type, actor }) => [type, actor.id]);
    expect(types).toEqual([
      ['artifact.evidence_verified', 'system:verifier'],
      ['artifact.evidence_verified', 'system:verifier'],
    ]);
  });

  it('is what the gate goes by where that asks for it, and the manifest with it', async () => {
    const run = await newRun(app);
    const bundle = await attach(run.id, BUNDLE, { metadata_json: ALL_FLAGS });
    const sbom = await attach(run.id, sbomOf(BUNDLE));
    await patch(app, `/maestro/runs/${run.id}`, { status: 'succeeded' });
    const { passed, details } = await get(app, `/maestro/runs/${run.id}/release-gate`);
    expect(passed).toBe(false);
    expect(details).toMatchObject({ minimum_level: 'verified', reasons: [{ code: 'no_compliant_artifact' }] });
    const { flags } = details.artifacts.find((one: { artifact_id: string }) => one.artifact_id === bundle.id);
    expect(flags.sbom_present).toMatchObject({
      value: true,
      level: 'verified',
      document: sbom.id,
      signer: { trusted_as: 'release' },
    });
    expect(flags.risk_assessment_present).toMatchObject({ value: false, level: 'asserted', because: 'level_too_low' });
    const { compliance_report } = await get(app, `/maestro/runs/${run.id}/manifest`);
    expect(compliance_report.release_gate_passed).toBe(false);
    const [row] = compliance_report.artifacts.filter((one: { artifact_id: string }) => one.artifact_id === bundle.id);
    expect(row.flags).toEqual(flags);
  });

  it('is waited for by the gate where it is stale, which says when to ask again', async () => {
    const run = await newRun(app);
    await attach(run.id, BUNDLE);
    await attach(run.id, sbomOf(BUNDLE));
    await patch(app, `/maestro/runs/${run.id}`, { status: 'succeeded' });
    // Something else is trusted, and nothing is verified again.
    let digest = 'another';
    const asked: string[] = [];
    const trust: TestDeps['trust'] = {
      ...deps.trust,
      judging: () => ({ minimum: 'verified', trust: digest }),
      asked: (_request, id) => asked.push(id),
    };
    const stuck = await testApp({ ...deps, trust });
    const url = `/maestro/runs/${run.id}/release-gate`;
    const stale = await call(stuck, 200, { url });
    expect(stale.json().details.reasons.map(({ code }: { code: string }) => code)).toEqual([
      'evidence_stale',
      'no_compliant_artifact',
    ]);
    expect(stale.headers['retry-after']).toMatch(/^\d+$/);
    expect(asked).toEqual([run.id]);
    const began = performance.now();
    await call(stuck, 200, { url, headers: { prefer: 'wait=1' } });
    expect(performance.now() - began).toBeGreaterThan(900);
    digest = deps.trust.current().digest;
    const fresh = await call(stuck, 200, { url, headers: { prefer: 'wait=60' } });
    expect(fresh.json().details.reasons.map(({ code }: { code: string }) => code)).toEqual(['no_compliant_artifact']);
    expect(fresh.headers['retry-after']).toBeUndefined();
    // Where less is asked for, nothing waits for it.
    digest = 'another';
    const lax = await testApp({ ...deps, trust: { ...trust, judging: () => ({ minimum: 'parsed', trust: digest }) } });
    const before = asked.length;
    expect((await call(lax, 200, { url, headers: { prefer: 'wait=60' } })).headers['retry-after']).toBeUndefined();
    expect(asked).toHaveLength(before);
  });
});

describe('content that another version of Maestro read', () => {
  const reasonsOf = (answer: Awaited<ReturnType<typeof call>>) =>
    answer.json().details.reasons.map(({ code }: { code: string }) => code);

  /** A run that an SBOM keeps from passing or not, as a reader of this name has read it. */
  async function runReadBy(reader: string, facts?: object) {
    const run = await newRun(app);
    const declared = { ...ALL_FLAGS, sbom_present: false };
    const bundle = await attach(run.id, Buffer.from('the bundle'), { metadata_json: declared });
    const { id } = await attach(run.id, json(SBOM), { kind: 'sbom', about: [bundle.id] });
    await patch(app, `/maestro/runs/${run.id}`, { status: 'succeeded' });
    const store = deps.storesFor({} as FastifyRequest);
    const { reading } = await store.readings.get(id);
    await store.artifacts.update(id, (row) => {
      const artifact = { ...row, evidence: { ...(row.evidence as Evidence), reader } };
      const event = { id: deps.newId(), at: deps.now().toISOString(), request_id: 'r', actor: systemActor('reader') };
      const data = { type: 'artifact.evidence_read', run_id: run.id, artifact_id: id, data: artifact } as const;
      const kept = reading && { ...reading, facts: (facts ?? reading.facts) as NonNullable<typeof reading>['facts'] };
      return { artifact, event: { ...event, ...data }, reading: kept };
    });
    return { id, gate: `/maestro/runs/${run.id}/release-gate`, evidence: `/maestro/artifacts/${id}/evidence`, run };
  }

  it('blocks as stale, says when to ask again, and asks for it to be read first', async () => {
    const { gate, evidence, run } = await runReadBy('maestro/1');
    const asked: string[] = [];
    const stuck = await testApp({ ...deps, trust: { ...deps.trust, asked: (_request, id) => asked.push(id) } });
    const verdict = await call(stuck, 409, { url: `${gate}?enforce=true` });
    expect(reasonsOf(verdict)).toEqual(['evidence_stale', 'no_compliant_artifact']);
    expect(verdict.headers['retry-after']).toMatch(/^\d+$/);
    const report = (await call(stuck, 200, { url: evidence })).json();
    expect(report).toMatchObject({ state: 'read', reading: 'outdated', level: null, facts: null });
    expect(asked).toEqual([run.id, run.id]);
  });

  it('is read again while the gate waits, which then passes', async () => {
    const { gate, evidence } = await runReadBy('maestro/2');
    const verdict = await call(app, 200, { url: gate, headers: { prefer: 'wait=30' } });
    expect(verdict.json()).toMatchObject({ passed: true });
    expect(verdict.headers['retry-after']).toBeUndefined();
    expect((await call(app, 200, { url: evidence })).json()).toMatchObject({ reading: 'current', level: 'parsed' });
  });

  it('is read again while its evidence is waited for', async () => {
    const { evidence } = await runReadBy('');
    const report = await call(app, 200, { url: evidence, headers: { prefer: 'wait=30' } });
    expect(report.json()).toMatchObject({ reading: 'current', facts: { kind: 'sbom' } });
  });

  it('is left alone where a newer one read it, even where somebody asks for it to be read again', async () => {
    const { gate, evidence, id } = await runReadBy('maestro/999');
    const verdict = await call(app, 200, { url: gate, headers: { prefer: 'wait=30' } });
    expect(reasonsOf(verdict)).toEqual(['no_compliant_artifact']);
    expect(verdict.headers['retry-after']).toBeUndefined();
    const again = await call(app, 200, { method: 'POST', url: evidence });
    expect(again.json()).toMatchObject({ reader: 'maestro/999', reading: 'newer', level: null, facts: null });
    expect((await get(app, `/maestro/artifacts/${id}`)).evidence.reader).toBe('maestro/999');
  });

  it.each(['maestro/1', 'maestro/999'])('breaks no answer where its facts have another shape: %s', async (reader) => {
    const { gate, evidence, run } = await runReadBy(reader, { kind: 'of-another-version' });
    const stuck = await testApp({ ...deps, trust: { ...deps.trust, asked: () => {} } });
    expect((await call(stuck, 200, { url: evidence })).json().facts).toBeNull();
    expect((await call(stuck, 200, { url: gate })).json().passed).toBe(false);
    const { compliance_report } = await get(stuck, `/maestro/runs/${run.id}/manifest`);
    expect(compliance_report.artifacts.map(({ facts }: { facts: unknown }) => facts)).toContain(null);
  });
});
