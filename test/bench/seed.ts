// Fills a server over HTTP, as its callers would.
import type { ArtifactKind } from '../../src/domain/artifact/artifact.ts';
import { sendEach, type Target } from './traffic.ts';

export const ARTIFACTS_OF_A_RUN = 10;
export const ARTIFACTS_OF_THE_BIG_RUN = 1_000;

/** Ids of succeeded runs: some of those with 10 artifacts, spread over the whole store, and the one with 1,000. */
export type Seeded = { runIds: string[]; bigRunId: string };

const SPREAD = 100;

export async function seed(port: number, artifacts: number): Promise<Seeded> {
  const small = Math.ceil(artifacts / ARTIFACTS_OF_A_RUN);
  const [bigRunId = ''] = await sendEach(port, 1, createRun);
  const ids = await sendEach(port, small, createRun);
  // Artifacts of many runs arrive mixed, so those of one run do not lie side by side in memory.
  await sendEach(port, artifacts, (index) => artifactOf(ids, index));
  await sendEach(port, ARTIFACTS_OF_THE_BIG_RUN, (index) => artifactOf([bigRunId], index));
  const runIds = spread(ids);
  await sendEach(port, runIds.length + 1, (index) => ({
    method: 'PATCH',
    path: `/maestro/runs/${runIds[index] ?? bigRunId}`,
    body: JSON.stringify({ status: 'succeeded', cost_actual: 1.42 }),
  }));
  return { runIds, bigRunId };
}

/** Up to 100 of these, at even distances. */
export function spread<T>(all: readonly T[]): T[] {
  const step = Math.max(1, Math.floor(all.length / SPREAD));
  return all.filter((_, index) => index % step === 0).slice(0, SPREAD);
}

export function createRun(index: number): Target {
  const run = {
    name: `payment-api build ${index}`,
    owner: `team-${index % 50}`,
    cost_estimate: 1.5,
    related_entity_ids: [`entity-${index % 100}`],
    related_decision_ids: [`decision-${index % 10}`],
    metadata: { commit: '4f2a9c1', pipeline: 'main' },
  };
  return { method: 'POST', path: '/maestro/runs', body: JSON.stringify(run) };
}

/** An artifact of a run, with no content yet. */
export function artifactIn(run_id: string, kind: ArtifactKind, path_or_uri: string): Target {
  return { method: 'POST', path: '/maestro/artifacts', body: JSON.stringify({ run_id, kind, path_or_uri }) };
}

/** The artifacts of `runIds` in turn. Of those of each run, every second one lacks a flag. */
export function artifactOf(runIds: readonly string[], index: number): Target {
  const artifact = {
    run_id: runIds[index % runIds.length],
    kind: 'sbom',
    path_or_uri: `s3://builds/${index}/sbom.cdx.json`,
    content_hash: `sha256:${index.toString(16).padStart(64, '0')}`,
    metadata_json: {
      sbom_present: true,
      slsa_provenance_present: true,
      risk_assessment_present: Math.floor(index / runIds.length) % 2 === 0,
      additional_metadata: { format: 'CycloneDX 1.6' },
    },
  };
  return { method: 'POST', path: '/maestro/artifacts', body: JSON.stringify(artifact) };
}
