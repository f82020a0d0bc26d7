// The artifacts of one tenant. What holds for every store is in `store.ts`.
import type { Artifact } from '../domain/artifact/artifact.ts';
import type { ArtifactChange } from '../domain/artifact/artifact-events.ts';
import type { MaestroEvent } from '../domain/event/maestro-event.ts';
import type { IdempotencyKey } from '../domain/idempotency.ts';
import type { Page, PageRequest } from '../domain/page.ts';

/** Maximum bytes of the artifacts of one run, as UTF-8 JSON: what keeps a manifest readable. */
export const MAX_RUN_BYTES = 64 * 1024 * 1024;

export interface ArtifactStore {
  /**
   * Throws `run_not_found`, `run_full` where the run holds the maximum number of artifacts or 64
   * MiB of them, and `validation_failed` where the artifact is about one that does not belong to
   * the run.
   */
  create(artifact: Artifact, event: MaestroEvent, key?: IdempotencyKey | null): Promise<Readonly<Artifact>>;

  /** Throws `artifact_not_found`. */
  get(id: string): Promise<Readonly<Artifact>>;

  /** Artifacts that match the filter; none for an unknown run. */
  list(filter: { run_id?: string | undefined }, page: PageRequest): Promise<Page<Artifact>>;

  /**
   * Applies `change` to the current row, with no other write to its run in between, and returns the
   * row as it is afterwards. Where `change` returns null, nothing is written and no event recorded.
   * Throws `artifact_not_found`; `run_full` where the run would hold more than 64 MiB of artifacts
   * with their subjects, facts and verifications, but not where the artifact could not be read; and
   * what `change` throws, having changed nothing. `change` may be called more than once. The
   * reading that it returns is kept together with the row.
   */
  update(id: string, change: (artifact: Readonly<Artifact>) => ArtifactChange): Promise<Readonly<Artifact>>;
}
