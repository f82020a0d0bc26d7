// What the contracts of small stores share: stores to run them on, and rows to put into those.

import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe } from 'vitest';
import type { Artifact } from '../../../src/domain/artifact/artifact.ts';
import { createArtifact } from '../../../src/domain/artifact/create-artifact.ts';
import { type ReceivedContent, storeContent } from '../../../src/domain/artifact/store-content.ts';
import { ANONYMOUS } from '../../../src/domain/event/actor.ts';
import type { Stamp } from '../../../src/domain/event/event.ts';
import type { MaestroEvent } from '../../../src/domain/event/maestro-event.ts';
import { createDisclosurePack } from '../../../src/domain/pack/create-disclosure-pack.ts';
import type { DisclosurePack } from '../../../src/domain/pack/disclosure-pack.ts';
import type { Page, PageRequest } from '../../../src/domain/page.ts';
import { createRun } from '../../../src/domain/run/create-run.ts';
import type { Run } from '../../../src/domain/run/run.ts';
import type { Stores, TenantStores } from '../../../src/start/stores.ts';

/** Maximum number of artifacts in a run, which `makeStores` must set. */
export const CONTRACT_MAX_ARTIFACTS = 1_100;

export const FIRST_PAGE: PageRequest = { limit: 1_000, cursor: null };

/** The stores of a driver, and those of a tenant that each case has to itself. */
export type Given = { readonly stores: Stores; readonly store: TenantStores };

/** Runs `parts` of the contract on one driver. */
export function contract(
  name: string,
  makeStores: () => Promise<Stores>,
  ...parts: readonly ((given: Given) => void)[]
): void {
  describe(`store contract: ${name}`, () => {
    let stores: Stores;
    let store: TenantStores;
    beforeAll(async () => {
      stores = await makeStores();
    });
    beforeEach(() => {
      store = stores.of(uuidv7());
    });
    afterAll(() => stores.close());
    const given: Given = {
      get stores() {
        return stores;
      },
      get store() {
        return store;
      },
    };
    for (const part of parts) part(given);
  });
}

export const MIB = 1024 * 1024;
export const CONTENT: ReceivedContent = {
  digests: { sha256: '9f86d081', sha384: null, sha512: 'ee26b0dd' },
  size: 4,
  media_type: 'text/plain',
  holds_no_data: false,
};

export function stamp(): Stamp {
  return { id: uuidv7(), at: new Date().toISOString(), request_id: 'request', actor: ANONYMOUS };
}

export function addRun(stores: TenantStores, changes: object = {}, id = uuidv7()): Promise<Readonly<Run>> {
  const { run, event } = createRun({ name: 'build', owner: 'team', ...changes }, id, stamp());
  return stores.runs.create(run, event);
}

export function addArtifact(
  stores: TenantStores,
  run_id: string,
  changes: object = {},
  id = uuidv7(),
): Promise<Readonly<Artifact>> {
  const request = { run_id, kind: 'sbom' as const, path_or_uri: 'file', ...changes };
  const { artifact, event } = createArtifact(request, id, stamp());
  return stores.artifacts.create(artifact, event);
}

/** An artifact whose content waits to be read. */
export async function addWaiting(
  stores: TenantStores,
  run_id: string,
  size: number = CONTENT.size,
): Promise<Readonly<Artifact>> {
  const { id } = await addArtifact(stores, run_id);
  return stores.artifacts.update(id, (row) => storeContent(row, { ...CONTENT, size }, stamp()));
}

export function addPack(
  stores: TenantStores,
  run_id: string,
  ids: string[] | null,
  id = uuidv7(),
): Promise<Readonly<DisclosurePack>> {
  const request = { run_id, summary: 'pack', artifact_ids: ids };
  return stores.packs.create(run_id, ids, (held) => createDisclosurePack(request, held, id, stamp()));
}

export async function pages<Row>(
  read: (page: PageRequest) => Promise<Page<Row>>,
  limit: number,
): Promise<Readonly<Row>[]> {
  const rows: Readonly<Row>[] = [];
  for (let cursor: string | null = null; ; ) {
    const page: Page<Row> = await read({ limit, cursor });
    rows.push(...page.rows);
    if (page.next === null) return rows;
    cursor = page.next;
  }
}

export async function allEvents(stores: TenantStores): Promise<MaestroEvent[]> {
  const events: MaestroEvent[] = [];
  for (let cursor: string | null = null; ; ) {
    const batch: { events: readonly MaestroEvent[]; cursor: string } = await stores.events.after(cursor, 1_000);
    if (batch.events.length === 0) return events;
    events.push(...batch.events);
    cursor = batch.cursor;
  }
}

export async function eventCount(stores: TenantStores): Promise<number> {
  return (await allEvents(stores)).length;
}

/** Cases of the slow tier. */
export const SLOW = { tags: 'slow' };
