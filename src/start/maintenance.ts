// The commands that maintain what is stored: each does its work and ends.
import { SWEEP_AGE_MS, sweep } from '../blobs/sweep.ts';
import { parseTimestamp } from '../domain/bounds.ts';
import { systemActor } from '../domain/event/actor.ts';
import { stampOf } from '../domain/event/event.ts';
import { reasonOf } from '../jobs/failure.ts';
import { openBlobs, placeFor } from './blobs.ts';
import { product } from './capabilities.ts';
import { now } from './clock.ts';
import type { CommandName } from './command-line.ts';
import type { Config } from './config.ts';
import { complainTo, type Host } from './host.ts';
import { newId } from './new-id.ts';
import { pruneRuns } from './prune.ts';
import { openStores } from './stores.ts';

/** Throws an error of one line where the command fails. */
type Job = (config: Config, host: Host, argument: string | null) => Promise<void>;

async function migrate(config: Config, host: Host): Promise<void> {
  if (config.DATABASE_URL === undefined) throw new Error('DATABASE_URL is not set: there is nothing to migrate');
  await (await openStores(config, { warn: complainTo(host), migrates: true }, product)).close();
  host.stdout.write('The schema of the database is up to date\n');
}

// `prune <date>`: for retention. A date means its first moment, in UTC.
async function prune(config: Config, host: Host, date: string | null): Promise<void> {
  const before = parseTimestamp(`${date}T00:00:00`);
  const at = () => now().toISOString();
  if (before === null || before > at()) throw new Error('prune needs a date in the past, such as 2026-01-31');
  if (config.DATABASE_URL === undefined) throw new Error('DATABASE_URL is not set: there is nothing to prune');
  const stores = await openStores(config, { warn: complainTo(host), makesRoom: true }, product);
  const stamp = () => stampOf({ now, newId }, newId(), systemActor('prune'));
  try {
    host.stdout.write(`Deleted ${await pruneRuns(stores, before, stamp)} runs that finished before ${before}\n`);
  } finally {
    await stores.close();
  }
}

// `sweep`: for space. Bytes uploaded recently may still get their row.
async function sweepBlobs(config: Config, host: Host): Promise<void> {
  if (config.DATABASE_URL === undefined)
    throw new Error('DATABASE_URL is not set: sweep cannot tell which content is still in use');
  const blobs = await openBlobs(config, host.env);
  if (blobs === null) throw new Error('BLOB_URL is not set: there is nothing to sweep');
  const complain = complainTo(host);
  const stores = await openStores(config, { warn: complain, makesRoom: true }, product);
  try {
    const place = placeFor(config, blobs, stores, { info: complain, warn: () => {} });
    await place.check.require();
    const moment = new Date(now().getTime() - SWEEP_AGE_MS);
    const removed = await sweep(place.blobs, (tenant) => stores.of(tenant).contents, await stores.tenants(), moment);
    host.stdout.write(`Removed ${removed} blobs that no artifact names\n`);
  } catch (error) {
    throw new Error(`The sweep stopped early: ${reasonOf(error)}`);
  } finally {
    await stores.close();
    await blobs.close();
  }
}

export const MAINTENANCE: Readonly<Record<Exclude<CommandName, 'serve' | 'token'>, Job>> = {
  migrate,
  prune,
  sweep: sweepBlobs,
};
