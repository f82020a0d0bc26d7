// The runs of one tenant. What holds for every store is in `store.ts`.
import type { MaestroEvent } from '../domain/event/maestro-event.ts';
import type { Evidence } from '../domain/gate/rule.ts';
import type { RunSnapshot } from '../domain/gate/run-manifest.ts';
import type { IdempotencyKey } from '../domain/idempotency.ts';
import type { Page, PageRequest } from '../domain/page.ts';
import type { Run, RunStatus } from '../domain/run/run.ts';
import type { RunChange } from '../domain/run/update-run.ts';

export type RunFilter = { owner?: string | undefined; status?: RunStatus | undefined };

export interface RunStore {
  create(run: Run, event: MaestroEvent, key?: IdempotencyKey | null): Promise<Readonly<Run>>;

  /** Throws `run_not_found`. */
  get(id: string): Promise<Readonly<Run>>;

  /** Runs that match every filter given. */
  list(filter: RunFilter, page: PageRequest): Promise<Page<Run>>;

  /**
   * Applies `change` to the current row, with no other write to the run in between, and returns the
   * row as it is afterwards. Where `change` returns null, nothing is written and no event recorded.
   * Throws `run_not_found`, and what `change` throws, having changed nothing. `change` may be
   * called more than once.
   */
  update(id: string, change: (run: Readonly<Run>) => RunChange): Promise<Readonly<Run>>;

  /**
   * Deletes the run with everything that belongs to it, and records the event that `decide` returns
   * for the current row, with no other write to the run in between. Where `decide` returns null,
   * nothing is deleted. Its events stay. Returns whether it was deleted. Throws `run_not_found`,
   * and what `decide` throws, having changed nothing. `decide` may be called more than once.
   * `endedAt` is the time of the event that made the run final, whatever the run says of itself;
   * null where none did.
   */
  delete(id: string, decide: (run: Readonly<Run>, endedAt: string | null) => MaestroEvent | null): Promise<boolean>;

  /**
   * The run, all its artifacts (newest first), what is known of their content, and its latest pack,
   * at one moment. Throws `run_not_found`.
   */
  snapshot(id: string): Promise<RunSnapshot>;

  /**
   * What the gate reads of a snapshot, at one moment: the same run, artifacts and readings in the
   * same order, but artifacts may lack what no gate reads. Throws `run_not_found`.
   */
  evidence(id: string): Promise<Evidence>;

  /**
   * Differs whenever `snapshot` differs, whichever process has written since: where two are equal,
   * nothing of the run has changed between them. It may differ where nothing has changed, but no
   * read, lease or write to another run makes it differ. Costs far less than a snapshot. Throws
   * `run_not_found`.
   */
  revision(id: string): Promise<string>;
}
