import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Job } from '../../src/jobs/job.ts';
import { capabilities, product } from '../../src/start/capabilities.ts';
import { inDrivers, joinCapabilities } from '../../src/start/capability.ts';
import { openings } from '../../src/start/openings.ts';

const routes = () => async () => {};

function jobNamed(name: string, closed: string[]): Job {
  const progress = { name, waiting: 0, oldest_waiting_at: null, running: 0, failed: 0, last_failure: null };
  return {
    name,
    wake: () => {},
    progress: async () => progress,
    close: async () => void closed.push(name),
  };
}

const storesOf = <Stores extends object>(name: keyof Stores, make: () => Stores[keyof Stores]) => {
  const stores = { [name]: make } as { [Name in keyof Stores]: () => Stores[Name] };
  return inDrivers<Stores>(
    async () => ({ stores }),
    async () => ({ stores }),
  );
};

describe('a list of capabilities', () => {
  it('adds their settings, event types and routes, in the order of the list', () => {
    const one = { settings: { ONE: z.string() }, events: ['one.created'], routes };
    const two = { settings: { TWO: z.string() }, events: ['two.created', 'two.deleted'], routes };
    const joined = joinCapabilities([...capabilities, one, two]);
    expect(Object.keys(joined.settings)).toEqual([...Object.keys(product.settings), 'ONE', 'TWO']);
    expect(joined.eventTypes).toEqual([...product.eventTypes, 'one.created', 'two.created', 'two.deleted']);
    expect(joined.routes).toHaveLength(product.routes.length + 2);
  });

  it.each([
    ['of the core', ['run.created']],
    ['of another capability', ['one.created']],
    ['of its own', ['two.created', 'two.created']],
  ])('is refused where a capability declares an event type %s again', (_whose, events) => {
    const one = { events: ['one.created'], routes };
    expect(() => joinCapabilities([...capabilities, one, { events, routes }])).toThrow(
      `The event type '${events[0]}' is declared twice`,
    );
  });

  it('is refused where two capabilities have a setting of the same name', () => {
    const again = { settings: { TRUST_FILE: z.string() }, routes };
    expect(() => joinCapabilities([...capabilities, again])).toThrow('The setting TRUST_FILE is declared twice');
  });

  it('loads the stores of all its capabilities for the driver in use, and refuses two of the same name', async () => {
    const notes = { stores: storesOf<{ notes: number }>('notes', () => 1), routes };
    const joined = joinCapabilities([...capabilities, notes, { routes }]);
    for (const driver of ['memory', 'postgres'] as const)
      expect(Object.keys((await joined.stores[driver]()).stores)).toEqual(['readings', 'tokens', 'notes']);
    const twice = joinCapabilities([...capabilities, notes, notes]);
    await expect(twice.stores.memory()).rejects.toThrow('The store notes is declared twice');
  });

  it('loads their stores of no tenant, too, and refuses two of the same name', async () => {
    const stores = { stores: {}, instance: { badges: () => 'badges' } };
    const badges = {
      stores: inDrivers(
        async () => stores,
        async () => stores,
      ),
      routes,
    };
    const joined = joinCapabilities([...capabilities, badges, { routes }]);
    for (const driver of ['memory', 'postgres'] as const)
      expect(Object.keys((await joined.stores[driver]()).instance)).toEqual(['signIn', 'badges']);
    const { instance } = await joined.stores.memory();
    expect(instance.badges({ shared: (make) => make() })).toBe('badges');
    const twice = joinCapabilities([...capabilities, badges, badges]);
    await expect(twice.stores.postgres()).rejects.toThrow('The store badges is declared twice');
  });

  it('takes only stores that have the same type in every driver', () => {
    const text = async () => ({ stores: { notes: () => 'text' } });
    const number = async () => ({ stores: { notes: () => 1 } });
    // @ts-expect-error The stores of the two drivers differ.
    expect(inDrivers(text, number)).toEqual({ memory: text, postgres: number });
  });

  it('opens its capabilities in their order, and closes their jobs in reverse', async () => {
    const closed: string[] = [];
    const capability = <Needs extends object>(name: string, needs: Needs) => ({
      open: ({ prefix }: { prefix: string }) => ({
        jobs: [jobNamed(`${prefix}-${name}-1`, closed), jobNamed(`${prefix}-${name}-2`, closed)],
        needs,
      }),
      routes,
    });
    const open = openings();
    const { jobs, needs } = joinCapabilities([
      capability('one', { one: 'one' }),
      { routes },
      capability('two', { two: 'two' }),
    ]).open({ prefix: 'job' }, open);
    const { one, two }: { one: string; two: string } = needs;
    expect([one, two]).toEqual(['one', 'two']);
    expect(jobs.map(({ name }) => name)).toEqual(['job-one-1', 'job-one-2', 'job-two-1', 'job-two-2']);
    await open.close();
    expect(closed).toEqual(jobs.map(({ name }) => name).reverse());
  });

  it('closes the jobs of the first capabilities where a later one does not open', async () => {
    const closed: string[] = [];
    const first = { open: () => ({ jobs: [jobNamed('first', closed)], needs: {} }), routes };
    const broken = {
      open: (): { jobs: Job[]; needs: object } => {
        throw new Error('it does not open');
      },
      routes,
    };
    const open = openings();
    expect(() => joinCapabilities([first, broken]).open({}, open)).toThrow('it does not open');
    await open.close();
    expect(closed).toEqual(['first']);
  });
});
