import { Artifact } from '../../domain/artifact/artifact.ts';
import { requireAbout } from '../../domain/artifact/create-artifact.ts';
import { readerNumber } from '../../domain/evidence/reader.ts';
import { type ReadingDetails, readingBytes } from '../../domain/evidence/reading.ts';
import { type ArtifactStore, MAX_RUN_BYTES } from '../artifacts.ts';
import { maxBytes, runFull } from '../refusals.ts';
import { deepFreeze } from './deep-freeze.ts';
import type { Entry, Ledger } from './ledger.ts';
import { found } from './table.ts';
import { bytesOf, keyOfRun, ofRun, type Tables } from './tables.ts';

export function artifactStore(ledger: Ledger, tables: Tables, maxArtifactsPerRun: number): ArtifactStore {
  const { artifacts } = tables;
  const room = roomOfRuns(tables, maxArtifactsPerRun);
  return {
    create: (artifact, event, key) =>
      ledger.idempotent(key, () => {
        const { run_id } = artifact;
        found(tables.runs, run_id, 'run_not_found');
        if (artifact.about.length > 0) requireAbout(artifact, namedIn(artifacts, artifact.about));
        room.requireOneMore(run_id);
        const bytes = room.grown(run_id, bytesOf(Artifact, deepFreeze(artifact)), MAX_RUN_BYTES);
        return ledger.record(event, (entry) => {
          const row = artifacts.insert(entry, artifact);
          room.set(run_id, bytes);
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
      const known = tables.readings.get(id)?.details ?? null;
      const reading = changed.reading === undefined ? known : deepFreeze(changed.reading);
      const growth = bytesWith(artifact, reading) - bytesWith(before, known);
      const bytes = room.grown(artifact.run_id, growth, maxBytes(artifact));
      return ledger.record(changed.event, (entry) => {
        if (changed.reading !== undefined) keep(tables.readings, entry, artifact, reading);
        room.set(artifact.run_id, bytes);
        return artifacts.put(entry, artifact);
      });
    },
  };
}

/** How many bytes the artifacts of each run take, with what is known of their content. */
function roomOfRuns({ runs, artifacts }: Tables, maxArtifactsPerRun: number) {
  const bytesOfRuns = new Map<string, number>();
  runs.follow(({ before, after }) => after === null && bytesOfRuns.delete(before?.id ?? ''));
  return {
    /** Throws `run_full` where the run has the maximum number of artifacts. */
    requireOneMore(run_id: string): void {
      if (artifacts.count(ofRun(run_id)) >= maxArtifactsPerRun) throw runFull('count', maxArtifactsPerRun);
    },
    /**
     * The bytes of the run after it has grown. Throws `run_full` where these are more than `limit`.
     */
    grown(run_id: string, growth: number, limit: number): number {
      const bytes = (bytesOfRuns.get(run_id) ?? 0) + growth;
      if (bytes > limit) throw runFull('bytes', maxArtifactsPerRun);
      return bytes;
    },
    set: (run_id: string, bytes: number) => void bytesOfRuns.set(run_id, bytes),
  };
}

function bytesWith(artifact: Readonly<Artifact>, reading: Readonly<ReadingDetails> | null): number {
  return bytesOf(Artifact, artifact) + readingBytes(reading);
}

function namedIn(artifacts: Tables['artifacts'], ids: readonly string[]): Map<string, Readonly<Artifact>> {
  const named = new Map<string, Readonly<Artifact>>();
  for (const id of ids) {
    const artifact = artifacts.get(id);
    if (artifact !== undefined) named.set(id, artifact);
  }
  return named;
}

/**
 * Replaces what is known of the content of an artifact by `details`: by nothing where they are
 * null.
 */
function keep(
  readings: Tables['readings'],
  entry: Entry,
  { id, run_id, evidence }: Readonly<Artifact>,
  details: Readonly<ReadingDetails> | null,
): void {
  if (details === null) readings.remove(entry, id);
  else readings.put(entry, { id, run_id, reader: readerNumber(evidence?.reader), details });
}
