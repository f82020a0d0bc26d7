// The README's walk-through with a client of @hey-api/openapi-ts.
import { client } from './hey-api/client.gen.js';
import {
  checkReleaseGate,
  createArtifact,
  createDisclosurePack,
  createRun,
  getArtifactContent,
  getEvidence,
  getRunManifest,
  inspectEvidence,
  listRuns,
  putArtifactContent,
  updateRun,
} from './hey-api/sdk.gen.js';
import type { Found, Given } from './story.js';

export async function walkThrough({ baseUrl, sbom }: Given): Promise<Found> {
  client.setConfig({ baseUrl });
  const headers = { Prefer: 'wait=30' };
  const throwOnError = true;

  const { data: run } = await createRun({
    body: { name: 'payment-api build 1042', owner: 'team-payments', cost_estimate: 1.5 },
    headers: { 'Idempotency-Key': crypto.randomUUID() },
    throwOnError,
  });
  const path = { run_id: run.id };
  const { data: app } = await createArtifact({
    body: {
      run_id: run.id,
      kind: 'other',
      path_or_uri: 'registry.example.com/payment-api:1042',
      metadata_json: { slsa_provenance_present: true, risk_assessment_present: true },
    },
    throwOnError,
  });
  const { data: blocked } = await checkReleaseGate({ path, throwOnError });
  const enforced = await checkReleaseGate({ path, query: { enforce: 'true' } });

  const { data: document } = await createArtifact({
    body: { run_id: run.id, kind: 'sbom', path_or_uri: 's3://builds/1042/sbom.cdx.json', about: [app.id] },
    throwOnError,
  });
  const of = { artifact_id: document.id };
  // Sent as it is: of bytes the client makes no JSON.
  const { data: stored } = await putArtifactContent({
    path: of,
    body: new Blob([sbom], { type: 'application/vnd.cyclonedx+json' }),
    headers: { ...headers, 'Content-Type': 'application/vnd.cyclonedx+json' },
    throwOnError,
  });
  const { data: fetched } = await getArtifactContent({ path: of, parseAs: 'text', throwOnError });
  const { data: evidence } = await getEvidence({ path: of, headers, throwOnError });
  const { data: inspected } = await inspectEvidence({ body: new Blob([sbom]), throwOnError });

  const { data: finished } = await updateRun({ path, body: { status: 'succeeded', cost_actual: 1.42 }, throwOnError });
  const { data: gate } = await checkReleaseGate({ path, query: { enforce: 'true' }, headers, throwOnError });
  const { data: pack } = await createDisclosurePack({
    body: { run_id: run.id, summary: 'Evidence for release 1042' },
    throwOnError,
  });
  const { data: manifest } = await getRunManifest({ path, throwOnError });
  const invalid = await listRuns({ query: { limit: 5_000 } });

  return {
    started: run.status,
    blocked: { passed: blocked.passed, reasons: blocked.details.reasons.map(({ code }) => code) },
    refusal: [enforced.response?.status ?? 0, enforced.error?.type ?? ''],
    sameBytes: fetched === sbom,
    mediaType: stored.content?.media_type,
    purl: evidence.facts?.kind === 'sbom' ? evidence.facts.subject?.purl : undefined,
    inspected: [inspected.state, inspected.format],
    finished: [finished.status, finished.cost_actual],
    passed: gate.passed,
    contents: (pack.artifact_contents ?? []).map(({ reason }) => reason),
    summary: manifest.compliance_report.summary,
    invalid: [invalid.response?.status ?? 0, invalid.error?.errors?.[0]?.pointer],
  };
}
