// The stores of a tenant as a caller has them who may write only runs of some owners. Reading is
// not bounded.

import type { TokenStore } from '../auth/store.ts';
import type { Artifact } from '../domain/artifact/artifact.ts';
import { MaestroError } from '../domain/errors.ts';
import { compileSegments } from '../domain/pattern.ts';
import type { ReadingStore } from '../evidence/store.ts';
import { notFound } from '../store/refusals.ts';
import type { CoreStores } from '../store/store.ts';

/** Patterns (`domain/pattern.ts`) of the owners whose runs a caller may write. */
export type Owners = readonly string[];

type OfRun = Pick<Artifact, 'id' | 'run_id'>;

type Bound = {
  /** Throws `owner_not_granted`. */
  requireOwner(owner: string): void;
  /** Throws `run_not_found` and `owner_not_granted`. The owner of a run never changes. */
  requireRun(runId: string): Promise<void>;
  /** Throws `artifact_not_found`, also where the run was deleted meanwhile, and `owner_not_granted`. */
  requireRunOf(artifact: Readonly<OfRun>): Promise<void>;
};

export type Owned<Tenant> = { readonly stores: Tenant; readonly requireRunOf: Bound['requireRunOf'] };

/**
 * A method that writes nothing, one that writes what belongs to no owner, or one of background jobs,
 * which no request calls.
 */
type Plain = 'reads' | 'of_no_owner' | 'of_jobs';

type Rules<Stores> = {
  readonly [Name in keyof Stores]-?: {
    readonly [Method in keyof Stores[Name]]-?: Plain | ((stores: CoreStores, bound: Bound) => Stores[Name][Method]);
  };
};

/**
 * Each method of each store. One that is not here fails for a caller with owners, as it may be a
 * write that nobody has bounded.
 */
const RULES: Rules<CoreStores & { readings: ReadingStore; tokens: TokenStore }> = {
  runs: {
    create:
      ({ runs }, { requireOwner }) =>
      async (run, event, key) => {
        requireOwner(run.owner);
        return runs.create(run, event, key);
      },
    update:
      ({ runs }, { requireOwner }) =>
      (id, change) =>
        runs.update(id, (run) => {
          requireOwner(run.owner);
          return change(run);
        }),
    delete:
      ({ runs }, { requireOwner }) =>
      (id, decide) =>
        runs.delete(id, (run, endedAt) => {
          requireOwner(run.owner);
          return decide(run, endedAt);
        }),
    ...{ get: 'reads', list: 'reads', snapshot: 'reads', evidence: 'reads', revision: 'reads' },
  },
  artifacts: {
    create:
      ({ artifacts }, { requireRun }) =>
      async (artifact, event, key) => {
        await requireRun(artifact.run_id);
        return artifacts.create(artifact, event, key);
      },
    update:
      ({ artifacts }, { requireRunOf }) =>
      async (id, change) => {
        await requireRunOf(await artifacts.get(id));
        return artifacts.update(id, change);
      },
    ...{ get: 'reads', list: 'reads' },
  },
  packs: {
    create:
      ({ packs }, { requireRun }) =>
      async (runId, artifactIds, make, key) => {
        await requireRun(runId);
        return packs.create(runId, artifactIds, make, key);
      },
    ...{ get: 'reads', list: 'reads' },
  },
  events: { after: 'reads' },
  contents: { has: 'reads', named: 'reads' },
  cursors: { take: 'of_jobs', extend: 'of_jobs', advance: 'of_jobs', fail: 'of_jobs', progress: 'reads' },
  archives: { archivable: 'reads', waiting: 'reads', cut: 'of_jobs', next: 'reads' },
  // Whether a caller may grant what a token grants is decided in the change itself (`may-grant.ts`).
  tokens: { get: 'reads', list: 'reads', create: 'of_no_owner', update: 'of_no_owner' },
  readings: {
    ...{ get: 'reads', lost: 'reads', countLost: 'reads', countStale: 'reads', waiting: 'reads', stale: 'reads' },
    ...{ leaseWaiting: 'of_jobs', leaseStale: 'of_jobs', extendLease: 'of_jobs' },
    ...{ refundAttempt: 'of_jobs', failAttempt: 'of_jobs' },
  },
};

type AnyRule = Plain | ((stores: CoreStores, bound: Bound) => unknown);

/** The rule of a method; undefined where it has none. */
export function ruleOf(store: string, method: string): AnyRule | undefined {
  const rules: Readonly<Record<string, Readonly<Record<string, AnyRule>>>> = RULES;
  const ofStore = Object.hasOwn(rules, store) ? rules[store] : undefined;
  return ofStore !== undefined && Object.hasOwn(ofStore, method) ? ofStore[method] : undefined;
}

/**
 * Bounds the stores of a tenant by owners. The result is kept for as long as the list of owners is,
 * so that a request makes nothing.
 */
export function ownedStores<Tenant extends CoreStores>(): (inner: Tenant, owners: Owners) => Owned<Tenant> {
  const known = new WeakMap<Owners, WeakMap<Tenant, Owned<Tenant>>>();
  return (inner, owners) => {
    const ofOwners = known.get(owners) ?? new WeakMap<Tenant, Owned<Tenant>>();
    const owned = ofOwners.get(inner) ?? boundStores(inner, owners);
    known.set(owners, ofOwners.set(inner, owned));
    return owned;
  };
}

function boundStores<Tenant extends CoreStores>(inner: Tenant, owners: Owners): Owned<Tenant> {
  const bound = boundOf(inner, owners);
  const mapped = <Value>(all: object, map: (name: string, value: Value) => unknown) =>
    Object.fromEntries(Object.entries(all).map(([name, value]) => [name, map(name, value)]));
  const stores = mapped(inner, (store, methods: object) =>
    mapped(methods, (method, plain) => {
      const rule = ruleOf(store, method);
      if (rule === 'reads' || rule === 'of_no_owner') return plain;
      return typeof rule === 'function' ? rule(inner, bound) : unbounded(`${store}.${method}`);
    }),
  );
  return { stores: stores as Tenant, requireRunOf: bound.requireRunOf };
}

/** In place of a method that no request of a caller with owners may call. */
function unbounded(method: string) {
  return async (): Promise<never> => {
    throw new Error(`${method} is called for a caller with owners, and nothing bounds it`);
  };
}

function boundOf({ runs }: CoreStores, owners: Owners): Bound {
  const patterns = owners.map(compileSegments);
  const requireOwner = (owner: string) => {
    if (!patterns.some((matches) => matches(owner))) throw notGranted(owner, owners);
  };
  const requireRun = async (runId: string) => requireOwner((await runs.get(runId)).owner);
  return {
    requireOwner,
    requireRun,
    async requireRunOf({ id, run_id }) {
      try {
        await requireRun(run_id);
      } catch (error) {
        const isGone = error instanceof MaestroError && error.code === 'run_not_found';
        throw isGone ? notFound('artifact_not_found', id) : error;
      }
    },
  };
}

const MAX_NAMED = 10;

function notGranted(owner: string, owners: Owners): MaestroError {
  const named = owners.slice(0, MAX_NAMED).map((one) => `'${one}'`);
  const more = owners.length > MAX_NAMED ? ` and ${owners.length - MAX_NAMED} more` : '';
  const granted = named.length === 0 ? 'no owner' : `${named.join(', ')}${more}`;
  return new MaestroError(
    'owner_not_granted',
    `The run is of owner '${owner}', and this caller may write only runs of ${granted}`,
  );
}
