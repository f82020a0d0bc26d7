// A server on which the story of the examples is played: its clock and ids are those of the story.
import { createHash } from 'node:crypto';
import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import { v7 as uuidv7 } from 'uuid';
import type { SignInStore } from '../../../src/auth/store.ts';
import type { BlobStore } from '../../../src/blobs/store.ts';
import type { AppSettings } from '../../../src/http/app.ts';
import * as story from '../../../src/openapi/examples/story.ts';
import { openAuth } from '../../../src/start/auth.ts';
import { readConfig } from '../../../src/start/config.ts';
import type { TenantStores } from '../../../src/start/stores.ts';
import { type Api, type TestDeps, testApp, testDeps } from '../../helper.ts';

/** How far the story has come. Each stage follows the one above. */
export const STAGES = ['nothing', 'run', 'artifact', 'content', 'succeeded', 'pack', 'token'] as const;
export type Stage = (typeof STAGES)[number];

/** Methods of small stores, by the name of the store. */
export type StoreChanges = { [Name in keyof TenantStores]?: Partial<TenantStores[Name]> };

export type WorldOptions = {
  changes?: Parameters<typeof testDeps>[0];
  settings?: Partial<AppSettings>;
  /** Methods of the stores that answer differently once the story is told. */
  stores?: StoreChanges;
  /** The same for the place of content. */
  blobs?: Partial<BlobStore>;
  /** Callers need a credential once the story is told; this is where their tokens are looked up. */
  signIns?: SignInStore;
  /** The same for anything else. */
  deps?: (deps: TestDeps) => Partial<TestDeps>;
};

export type World = {
  app: Api;
  /** Sends a request at a time of day, under the request id of the story; the next id that is made is `id`. */
  send(request: InjectOptions, time?: string, id?: string): Promise<LightMyRequestResponse>;
};

const EARLIER_ID = '0199a18b-8f80-7a11-8c22-1d2e3f4a5b6c';
const NOON = '12:00:00.000';

/** In place of random bytes: another for each text of a token. */
const secrets = () => {
  let count = 0;
  return () => {
    count += 1;
    return createHash('sha256').update(`payment-api pipeline ${count}`).digest();
  };
};

/** A server on which the story was told up to `stage`, and then went wrong as `options` say. */
export async function worldAt(stage: Stage, options: WorldOptions = {}, earlier: InjectOptions[] = []): Promise<World> {
  let at = NOON;
  let nextId: string | undefined;
  let told = false;
  const newId = () => {
    const id = nextId ?? uuidv7();
    nextId = undefined;
    return id;
  };
  const plain = testDeps({
    ...options.changes,
    now: () => new Date(`2026-01-31T${at}Z`),
    newId,
    newSecret: secrets(),
  });
  const after = <Whole extends object>(whole: Whole, changes: Partial<Whole> = {}) =>
    told ? { ...whole, ...changes } : whole;
  const callers = callersOf(plain, options.signIns);
  const deps: TestDeps = {
    ...plain,
    callers: {
      identify: (request) => (told ? callers : plain.callers).identify(request),
      permits: (...asked) => (told ? callers : plain.callers).permits(...asked),
    },
    storesFor: (request) => (told ? changed(plain.storesFor(request), options.stores) : plain.storesFor(request)),
    blobs: { ...plain.blobs, storeFor: (request) => after(plain.blobs.storeFor(request), options.blobs) },
  };
  const own: TestDeps = { ...deps };
  const app = await testApp(own, options.settings);
  const send: World['send'] = (request, time = NOON, id) => {
    [at, nextId] = [time, id];
    return app.inject({ ...request, headers: { 'x-request-id': story.REQUEST_ID, ...request.headers } });
  };
  for (const one of earlier) await send(one, '09:00:00.000', EARLIER_ID);
  await tell(send, stage);
  told = true;
  Object.assign(own, options.deps?.(deps));
  return { app, send };
}

function callersOf(deps: TestDeps, signIns?: SignInStore): TestDeps['callers'] {
  if (signIns === undefined) return deps.callers;
  const warn = (message: string) => {
    throw new Error(message);
  };
  const credentials = { mode: 'required', admin: null, file: null } as const;
  return openAuth(credentials, readConfig({}), { signIns, now: deps.now, warn }).callers;
}

function changed(stores: TenantStores, changes: StoreChanges = {}): TenantStores {
  const names = Object.keys(stores) as (keyof TenantStores)[];
  return Object.fromEntries(names.map((name) => [name, { ...stores[name], ...changes[name] }])) as TenantStores;
}

const ARTIFACT = `/maestro/artifacts/${story.ARTIFACT_ID}`;

async function tell(send: World['send'], stage: Stage): Promise<void> {
  const far = STAGES.indexOf(stage);
  const steps: (() => Promise<LightMyRequestResponse>)[] = [
    () => send({ method: 'POST', url: '/maestro/runs', payload: story.NEW_RUN }, '10:00:00.000', story.RUN_ID),
    () =>
      send(
        { method: 'POST', url: '/maestro/artifacts', payload: story.NEW_ARTIFACT },
        '10:05:00.000',
        story.ARTIFACT_ID,
      ),
    () => send(CONTENT, '10:06:00.000'),
    () => send({ method: 'PATCH', url: `/maestro/runs/${story.RUN_ID}`, payload: story.FINISHED_RUN }, '10:30:00.000'),
    () =>
      send(
        { method: 'POST', url: '/maestro/disclosure-packs', payload: story.NEW_PACK },
        '10:40:00.000',
        story.PACK_ID,
      ),
    () => send({ method: 'POST', url: '/maestro/tokens', payload: story.NEW_TOKEN }, '10:50:00.000', story.TOKEN_ID),
  ];
  for (const step of steps.slice(0, far)) {
    const { statusCode, body } = await step();
    if (statusCode >= 300) throw new Error(`the story broke off: ${statusCode} ${body}`);
  }
}

/** Sends the SBOM, and waits until it was read. */
export const CONTENT: InjectOptions = {
  method: 'PUT',
  url: `${ARTIFACT}/content`,
  headers: { 'content-type': story.SBOM_TYPE, prefer: 'wait=60' },
  payload: story.SBOM_TEXT,
};
