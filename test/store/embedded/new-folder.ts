// A folder for an embedded PostgreSQL, removed after the tests of a file.
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { v7 as uuidv7 } from 'uuid';
import { afterAll } from 'vitest';
import { ANONYMOUS } from '../../../src/domain/event/actor.ts';
import { createRun } from '../../../src/domain/run/create-run.ts';
import type { Stores } from '../../../src/start/stores.ts';
import type { EmbeddedOptions } from '../../../src/store/embedded/embedded.ts';
import { CONTRACT_MAX_ARTIFACTS } from '../contract/kit.ts';

export const temporary: string[] = [];
afterAll(() => {
  for (const folder of temporary) rmSync(folder, { recursive: true });
});

/** Options for a store in a new folder of its own, `deep` folders down. */
export function newFolder(deep = 0): EmbeddedOptions {
  const outer = mkdtempSync(join(tmpdir(), 'maestro-embedded-'));
  temporary.push(outer);
  // What mkdtemp makes is closed to others, and PostgreSQL may have to run as another user.
  chmodSync(outer, 0o755);
  const folder = join(outer, ...Array.from({ length: deep }, () => 'a-folder-with-a-rather-long-name'), 'data');
  return {
    folder,
    connections: 5,
    connectTimeoutMs: 5_000,
    statementTimeoutMs: 20_000,
    migrate: true,
    maxArtifactsPerRun: CONTRACT_MAX_ARTIFACTS,
    log: { warn: () => {} },
    giveUp: (error) => {
      throw error;
    },
  };
}

export function addRun(stores: Stores): Promise<{ id: string }> {
  const stamp = { id: uuidv7(), at: new Date().toISOString(), request_id: 'request', actor: ANONYMOUS };
  const { run, event } = createRun({ name: 'build', owner: 'team' }, uuidv7(), stamp);
  return stores.of('default').runs.create(run, event);
}

export const postmaster = ({ folder }: EmbeddedOptions) =>
  Number(readFileSync(join(folder, 'postgres', 'postmaster.pid'), 'utf8').split('\n', 1)[0]);
