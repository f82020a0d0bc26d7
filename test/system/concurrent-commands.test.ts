import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memoryStores, postgresStores } from '../product-stores.ts';
import { newDatabase } from '../store/database.ts';
import { BROKEN, unhurried, type Wrap } from './broken-stores.ts';
import { type Script, scripts } from './command-scripts.ts';
import { fault } from './fault.ts';
import type { Exchange } from './run-model.ts';
import { MAX_ARTIFACTS, type Rig, rig } from './trial.ts';

const CLIENTS = 8;
const COMMANDS = 6;
const prompt: Wrap = (store) => store;

// Each test run plays other sequences; a failure names the seed that plays its own again.
const seed = Number(process.env.MAESTRO_TEST_SEED ?? Date.now() % 2 ** 31);

let onMemory: Rig;
let onPostgres: Rig;
beforeAll(async () => {
  onMemory = await rig(CLIENTS, memoryStores({ maxArtifactsPerRun: MAX_ARTIFACTS }));
  const options = { ...(await newDatabase()), maxArtifactsPerRun: MAX_ARTIFACTS };
  onPostgres = await rig(CLIENTS, await postgresStores(options));
});
afterAll(() => Promise.all([onMemory.close(), onPostgres.close()]));

/** Plays the sequences up to the first fault. */
async function playAll(
  server: Rig,
  all: readonly Script[],
  wraps: readonly Wrap[],
): Promise<{ found: string | null; seen: Set<string> }> {
  const seen = new Set<string>();
  for (const [index, script] of all.entries()) {
    const trial = await server.play(script, wraps[index % wraps.length] as Wrap);
    for (const exchange of trial.exchanges) seen.add(kindOf(exchange));
    const found = fault(trial, MAX_ARTIFACTS);
    if (found !== null) return { found: `Sequence ${index} of MAESTRO_TEST_SEED=${seed}: ${found}`, seen };
  }
  return { found: null, seen };
}

function kindOf({ command, answer }: Exchange): string {
  const code = String(answer.body.type ?? '').replace('urn:maestro:problem:', ' ');
  return `${command.kind} ${answer.status}${code}${answer.body.passed === true ? ' passed' : ''}`;
}

const EVERY_KIND = [
  'createRun 201',
  'updateRun 200',
  'updateRun 404 run_not_found',
  'updateRun 409 invalid_status_transition',
  'updateRun 409 run_finished',
  'updateRun 422 validation_failed',
  'createArtifact 201',
  'createArtifact 404 run_not_found',
  'createArtifact 409 run_full',
  'createPack 201',
  'createPack 404 run_not_found',
  'createPack 404 artifact_not_found',
  'createPack 422 validation_failed',
  'getRun 200',
  'getRun 404 run_not_found',
  'getArtifact 200',
  'getArtifact 404 artifact_not_found',
  'getPack 200',
  'getPack 404 disclosure_pack_not_found',
  'getGate 200',
  'getGate 200 passed',
  'getGate 404 run_not_found',
  'enforceGate 200 passed',
  'enforceGate 404 run_not_found',
  'enforceGate 409 release_blocked',
  'getManifest 200',
  'getManifest 404 run_not_found',
];

describe('commands through HTTP', () => {
  it('of 8 clients on shared runs are answered and recorded in some order of theirs, in 200 random sequences', async () => {
    const { found, seen } = await playAll(onMemory, scripts(200, seed, CLIENTS, COMMANDS), [prompt, unhurried]);
    expect(found).toBeNull();
    expect(EVERY_KIND.filter((kind) => !seen.has(kind))).toEqual([]);
  });

  it('of 8 clients on PostgreSQL are, too, in 60 random sequences', async () => {
    const { found } = await playAll(onPostgres, scripts(60, seed, CLIENTS, COMMANDS), [prompt]);
    expect(found).toBeNull();
  });

  it('of one client are answered and recorded in their order, in 1,000 random sequences', async () => {
    const { found } = await playAll(onMemory, scripts(1_000, seed, 1, COMMANDS), [prompt]);
    expect(found).toBeNull();
  });
});

describe('the check of concurrent commands', () => {
  it.each(Object.entries(BROKEN))('finds out a store that %s', async (_name, broken) => {
    const { found } = await playAll(onMemory, scripts(200, seed, CLIENTS, COMMANDS), [
      (store) => unhurried(broken(store)),
    ]);
    expect(found).not.toBeNull();
  });
});
