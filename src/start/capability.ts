// What a capability adds to the server, and what a list of them adds together.
import type { z } from 'zod';
import { joinEventTypes } from '../domain/event/event-types.ts';
import { EVENT_TYPES } from '../domain/event/maestro-event.ts';
import type { Job } from '../jobs/job.ts';
import type { Feature } from '../maestro.ts';
import type { MemoryInstanceMakers, MemoryMakers } from '../store/memory/memory.ts';
import type { PostgresInstanceMakers, PostgresMakers } from '../store/postgres/postgres.ts';
import type { MaestroStores } from '../store/store.ts';
import type { Write } from './host.ts';
import { joinNamed } from './join-named.ts';
import type { Openings } from './openings.ts';

/** What the file of a driver exports: what makes the stores of a tenant, and those of no tenant. */
type StoreFile<OfTenant, OfInstance> = { readonly stores: OfTenant; readonly instance?: OfInstance };

/**
 * The stores that a capability has for each tenant, and those that belong to no tenant. Files of a
 * driver are loaded only if it is used.
 */
export type StoreFiles<Stores extends object, Instance extends object = object> = {
  readonly memory: () => Promise<StoreFile<MemoryMakers<Stores>, MemoryInstanceMakers<Instance>>>;
  readonly postgres: () => Promise<StoreFile<PostgresMakers<Stores>, PostgresInstanceMakers<Instance>>>;
};

/** The stores of all capabilities of a list. */
export type JoinedStoreFiles<Stores extends object, Instance extends object> = {
  readonly memory: () => Promise<Required<StoreFile<MemoryMakers<Stores>, MemoryInstanceMakers<Instance>>>>;
  readonly postgres: () => Promise<Required<StoreFile<PostgresMakers<Stores>, PostgresInstanceMakers<Instance>>>>;
};

/** What the jobs of a capability and the needs of its routes are opened with. */
export type Given<Config, Tenant> = {
  readonly config: Config;
  readonly stores: MaestroStores<Tenant>;
  now(): Date;
  newId(): string;
  readonly warn: Write;
};

/** What a capability has opened: background jobs, and what its routes need of it. */
export type Opened = { readonly jobs: readonly Job[]; readonly needs: object };

/**
 * Each part may be left out but the routes. `open` and `routes` name what they need in the type of
 * their parameter. `migrations` is a folder beside that of the PostgreSQL driver.
 */
export type Capability = {
  readonly settings?: z.ZodRawShape;
  readonly events?: readonly string[];
  readonly stores?: StoreFiles<object>;
  readonly migrations?: URL;
  readonly open?: (given: never) => Opened;
  readonly routes: Feature<never>;
};

/**
 * The stores of a capability, as each driver's file exports them. They have the same types in all
 * drivers.
 */
export function inDrivers<Stores extends object, Instance extends object = object>(
  memory: StoreFiles<Stores, Instance>['memory'],
  postgres: StoreFiles<Stores, Instance>['postgres'],
): StoreFiles<Stores, Instance> {
  return { memory, postgres };
}

/** What the capabilities of a list add together. */
export type Joined<Settings, Stores extends object, Instance extends object, Opens, Needs, RouteNeeds> = {
  readonly settings: Settings;
  /** The types of the core's events and theirs. */
  readonly eventTypes: readonly string[];
  readonly stores: JoinedStoreFiles<Stores, Instance>;
  readonly migrations: readonly URL[];
  /** Opens one after the other. `openings` closes their jobs, the latest first. */
  readonly open: (given: Opens, openings: Openings) => { readonly jobs: readonly Job[]; readonly needs: Needs };
  readonly routes: readonly Feature<RouteNeeds>[];
};

/** Throws an error of one line where a name of a setting or of a type of event is taken. */
export function joinCapabilities<const List extends readonly Capability[]>(list: List): JoinedList<List> {
  const storesIn = async (driver: 'memory' | 'postgres') => {
    const files = await Promise.all(list.map(async ({ stores }) => (await stores?.[driver]()) ?? { stores: {} }));
    const all = (name: 'stores' | 'instance') =>
      joinNamed(
        'store',
        files.map((file: StoreFile<object, object>) => file[name] ?? {}),
      );
    return { stores: all('stores'), instance: all('instance') };
  };
  const joined: Joined<object, object, object, never, object, never> = {
    settings: joinNamed(
      'setting',
      list.map(({ settings = {} }) => settings),
    ),
    eventTypes: joinEventTypes<string>(EVENT_TYPES, ...list.map(({ events = [] }) => events)),
    stores: { memory: () => storesIn('memory'), postgres: () => storesIn('postgres') },
    migrations: list.flatMap(({ migrations = [] }) => migrations),
    open: (given: never, openings: Openings) => openAll(list, given, openings),
    routes: list.map(({ routes }) => routes),
  };
  // Of which types the members of the list are together, only its type can say.
  return joined as JoinedList<List>;
}

function openAll(list: readonly Capability[], given: never, openings: Openings): Opened {
  const opened = list.flatMap(({ open }) => {
    if (open === undefined) return [];
    const one = open(given);
    for (const job of one.jobs) openings.add(null, () => job.close());
    return [one];
  });
  const needs = joinNamed(
    'need',
    opened.map((one) => one.needs),
  );
  return { jobs: opened.flatMap(({ jobs }) => jobs), needs };
}

type JoinedList<List extends readonly Capability[]> = Joined<
  Together<PartOf<List, 'settings'>>,
  Together<StoresIn<PartOf<List, 'stores'>>>,
  Together<InstanceIn<PartOf<List, 'stores'>>>,
  Together<GivenTo<PartOf<List, 'open'>>>,
  Together<NeedsFrom<PartOf<List, 'open'>>>,
  Together<GivenTo<PartOf<List, 'routes'>>>
>;

/** The part of that name of each member that has it. */
type PartOf<List extends readonly Capability[], Name extends string> = List[number] extends infer One
  ? One extends { readonly [Key in Name]: infer Part }
    ? Part
    : never
  : never;

/** Of the files of a capability, or of all of a list. */
export type StoresIn<Files> = Files extends StoreFiles<infer Stores> ? Stores : never;
export type InstanceIn<Files> = Files extends StoreFiles<object, infer Instance> ? Instance : never;
type GivenTo<Act> = Act extends (given: infer Needed) => unknown ? Needed : never;
type NeedsFrom<Open> = Open extends (given: never) => { readonly needs: infer Needs } ? Needs : never;

/** All members of a union at once; any object where there is none. */
type Together<Union> = object &
  ((Union extends unknown ? (one: Union) => void : never) extends (one: infer All) => void ? All : never);
