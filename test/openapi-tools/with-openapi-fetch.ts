// The README's walk-through with a client of openapi-typescript and openapi-fetch.
import createClient from 'openapi-fetch';
import type { paths } from './openapi-typescript.js';
import type { Found, Given } from './story.js';

// Throws where a call was refused, so that what follows has an answer.
function answerOf<Data>({ data, error }: { data?: Data; error?: { detail: string } }): Data {
  if (data === undefined) throw new Error(error?.detail ?? 'no answer');
  return data;
}

export async function walkThrough({ baseUrl, sbom }: Given): Promise<Found> {
  const api = createClient<paths>({ baseUrl });
  const wait = { Prefer: 'wait=30' };

  const run = answerOf(
    await api.POST('/maestro/runs', {
      params: { header: { 'Idempotency-Key': crypto.randomUUID() } },
      body: { name: 'payment-api build 1042', owner: 'team-payments', cost_estimate: 1.5 },
    }),
  );
  const path = { run_id: run.id };
  const app = answerOf(
    await api.POST('/maestro/artifacts', {
      body: {
        run_id: run.id,
        kind: 'other',
        path_or_uri: 'registry.example.com/payment-api:1042',
        metadata_json: { slsa_provenance_present: true, risk_assessment_present: true },
      },
    }),
  );
  const blocked = answerOf(await api.GET('/maestro/runs/{run_id}/release-gate', { params: { path } }));
  const enforced = await api.GET('/maestro/runs/{run_id}/release-gate', {
    params: { path, query: { enforce: 'true' } },
  });

  const document = answerOf(
    await api.POST('/maestro/artifacts', {
      body: { run_id: run.id, kind: 'sbom', path_or_uri: 's3://builds/1042/sbom.cdx.json', about: [app.id] },
    }),
  );
  const of = { artifact_id: document.id };
  const stored = answerOf(
    await api.PUT('/maestro/artifacts/{artifact_id}/content', {
      params: { path: of, header: wait },
      headers: { 'content-type': 'application/vnd.cyclonedx+json' },
      body: sbom,
      bodySerializer: (bytes) => bytes as string,
    }),
  );
  const fetched = answerOf<unknown>(
    await api.GET('/maestro/artifacts/{artifact_id}/content', { params: { path: of }, parseAs: 'text' }),
  );
  const evidence = answerOf(
    await api.GET('/maestro/artifacts/{artifact_id}/evidence', { params: { path: of, header: wait } }),
  );
  const inspected = answerOf(
    await api.POST('/maestro/evidence/inspect', {
      headers: { 'content-type': 'application/octet-stream' },
      body: sbom,
      bodySerializer: (bytes) => bytes as string,
    }),
  );

  const finished = answerOf(
    await api.PATCH('/maestro/runs/{run_id}', { params: { path }, body: { status: 'succeeded', cost_actual: 1.42 } }),
  );
  const gate = answerOf(
    await api.GET('/maestro/runs/{run_id}/release-gate', {
      params: { path, query: { enforce: 'true' }, header: wait },
    }),
  );
  const pack = answerOf(
    await api.POST('/maestro/disclosure-packs', {
      body: { run_id: run.id, summary: 'Evidence for release 1042' },
    }),
  );
  const manifest = answerOf(await api.GET('/maestro/runs/{run_id}/manifest', { params: { path } }));
  const invalid = await api.GET('/maestro/runs', { params: { query: { limit: 5_000 } } });

  return {
    started: run.status,
    blocked: { passed: blocked.passed, reasons: blocked.details.reasons.map(({ code }) => code) },
    refusal: [enforced.response.status, enforced.error?.type ?? ''],
    sameBytes: fetched === sbom,
    mediaType: stored.content?.media_type,
    purl: evidence.facts?.kind === 'sbom' ? evidence.facts.subject?.purl : undefined,
    inspected: [inspected.state, inspected.format],
    finished: [finished.status, finished.cost_actual],
    passed: gate.passed,
    contents: (pack.artifact_contents ?? []).map(({ reason }) => reason),
    summary: manifest.compliance_report.summary,
    invalid: [invalid.response.status, invalid.error?.errors?.[0]?.pointer],
  };
}
