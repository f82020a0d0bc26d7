// The disclosure packs of one tenant. What holds for every store is in `store.ts`.
import type { Artifact } from '../domain/artifact/artifact.ts';
import type { MaestroEvent } from '../domain/event/maestro-event.ts';
import type { IdempotencyKey } from '../domain/idempotency.ts';
import type { DisclosurePack } from '../domain/pack/disclosure-pack.ts';
import type { Page, PageRequest } from '../domain/page.ts';

export interface PackStore {
  /**
   * Calls `make` with the artifacts named, in that order, or with all of the run (oldest first)
   * where `artifactIds` is null, and writes the pack that it returns, with no other write to the
   * run in between. Throws `run_not_found`, `artifact_not_found`, and what `make` throws, having
   * changed nothing. `make` may be called more than once.
   */
  create(
    runId: string,
    artifactIds: readonly string[] | null,
    make: (artifacts: readonly Readonly<Artifact>[]) => { pack: DisclosurePack; event: MaestroEvent },
    key?: IdempotencyKey | null,
  ): Promise<Readonly<DisclosurePack>>;

  /** Throws `disclosure_pack_not_found`. */
  get(id: string): Promise<Readonly<DisclosurePack>>;

  /** Packs that match the filter; none for an unknown run. */
  list(filter: { run_id?: string | undefined }, page: PageRequest): Promise<Page<DisclosurePack>>;
}
