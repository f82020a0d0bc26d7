import { Artifact, requireAbout } from '../../domain/artifact/artifact.ts';
import { type ReadingDetails, readerNumber, readingBytes } from '../../domain/evidence/evidence.ts';
import { type ArtifactStore, MAX_RUN_BYTES } from '../artifacts.ts';
import { maxBytes, runFull } from '../refusals.ts';
import { deepFreeze } from './deep-freeze.ts';
import type { Entry, Ledger } from './ledger.ts';
import { found } from './table.ts';
import { bytesOf, keyOfRun, ofRun, type Tables } from './tables.ts';

export function artifactStore(
  ledger: Ledger,
  { runs, artifacts, readings }: Tables,
  maxArtifactsPerRun: number,
): ArtifactStore {
  /** Bytes of the artifacts of each run, with what is known of their content. */
  const bytesOfRuns = new Map<string, number>();
  runs.follow(({ before, after }) => after === null && bytesOfRuns.delete(before?.id ?? ''));

  function requireFound(run_id: string): void {
    found(runs, run_id, 'run_not_found');
  }

  function grown(run_id: string, growth: number, limit: number): number {
    const bytes = (bytesOfRuns.get(run_id) ?? 0) + growth;
    if (bytes > limit) throw runFull('bytes', maxArtifactsPerRun);
    return bytes;
  }

  return {
    create: (artifact, event, key) =>
      ledger.idempotent(key, () => {
        const { run_id } = artifact;
        requireFound(run_id);
        if (artifact.about.length > 0) requireAbout(artifact, namedIn(artifacts, artifact.about));
        if (artifacts.count(ofRun(run_id)) >= maxArtifactsPerRun) throw runFull('count', maxArtifactsPerRun);
        const bytes = grown(run_id, bytesOf(Artifact, deepFreeze(artifact)), MAX_RUN_BYTES);
        return ledger.record(event, (entry) => {
          const row = artifacts.insert(entry, artifact);
          bytesOfRuns.set(run_id, bytes);
          return row;
        });
      }),
    get: async (id) => found(artifacts, id, 'artifact_not_found'),
    list: async (filter, page) => artifacts.page(keyOfRun(filter), page),
    async update(id, change) {
      const before = found(artifacts, id, 'artifact_not_found');
      const changed = change(before);
      if (changed === null) return before;
      const artifact = deepFreeze(changed.artifact);
      const known = readings.get(id)?.details ?? null;
      const reading = changed.reading === undefined ? known : deepFreeze(changed.reading);
      const growth =
        bytesOf(Artifact, artifact) + readingBytes(reading) - bytesOf(Artifact, before) - readingBytes(known);
      const bytes = grown(artifact.run_id, growth, maxBytes(artifact));
      return ledger.record(changed.event, (entry) => {
        if (changed.reading !== undefined) keep(readings, entry, artifact, reading);
        bytesOfRuns.set(artifact.run_id, bytes);
        return artifacts.put(entry, artifact);
      });
    },
  };
}

function namedIn(artifacts: Tables['artifacts'], ids: readonly string[]): Map<string, Readonly<Artifact>> {
  const named = new Map<string, Readonly<Artifact>>();
  for (const id of ids) {
    const artifact = artifacts.get(id);
    if (artifact !== undefined) named.set(id, artifact);
  }
  return named;
}

/** Replaces what is known of the content of an artifact by `details`: by nothing where they are null. */
function keep(
  readings: Tables['readings'],
  entry: Entry,
  { id, run_id, evidence }: Readonly<Artifact>,
  details: Readonly<ReadingDetails> | null,
): void {
  if (details === null) readings.remove(entry, id);
  else readings.put(entry, { id, run_id, reader: readerNumber(evidence?.reader), details });
}
