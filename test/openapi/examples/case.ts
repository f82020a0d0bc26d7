// What provokes an answer: as data, one for each operation and status.
import { Readable } from 'node:stream';
import type { InjectOptions } from 'fastify';
import type { SignInStore } from '../../../src/auth/store.ts';
import { tokenText } from '../../../src/auth/token-text.ts';
import { MaestroError } from '../../../src/domain/errors.ts';
import { TOKEN_ID } from '../../../src/openapi/examples/story.ts';
import { SETTINGS } from '../../helper.ts';
import { memoryStores } from '../../product-stores.ts';
import type { Stage, StoreChanges, WorldOptions } from './world.ts';

export type Case = {
  /** How far the story has come; `pack`, the end, where it is left out. */
  stage?: Stage;
  options?: WorldOptions;
  /** Sent before the story begins. */
  earlier?: InjectOptions[];
  /** Sent before, each answered. */
  before?: InjectOptions[];
  /** Sent before, and still without an answer. */
  meanwhile?: InjectOptions[];
  request: InjectOptions;
  /** Time of day. */
  time?: string;
  /** The id that is made. */
  id?: string;
};

/** Why an answer cannot be provoked in process, and the code and words that it would have. */
export type Unprovoked = { reason: string; error: MaestroError };

/** By operation and status. */
export type Cases = Record<string, Record<number, Case | Unprovoked>>;

const STORES = memoryStores({ maxArtifactsPerRun: 1 }).of('default');

/** Stores that fail whatever is asked of them. */
export function failing(error: Error): StoreChanges {
  const failingAll = (store: object) => Object.fromEntries(Object.keys(store).map((method) => [method, throws(error)]));
  return Object.fromEntries(Object.entries(STORES).map(([name, store]) => [name, failingAll(store)]));
}

/** A method that throws. */
export function throws(error: Error) {
  return async () => {
    throw error;
  };
}

export const DEFECT = new Error('a defect of the store');
export const AWAY = new MaestroError('store_unavailable', 'The store does not answer; try again');

/** What every operation that needs a known caller can answer. `422` is a parameter that it does not have. */
export function anywhere(request: InjectOptions): Record<number, Case> {
  return { ...openly(request), ...ofCallers(request) };
}

/** The same where anyone may call. */
export function openly(request: InjectOptions): Record<number, Case> {
  const [path] = String(request.url).split('?', 1);
  return {
    400: { request: { ...request, url: `${path}?trace=%ff` } },
    403: forbidden(request),
    422: { request: { ...request, url: `${path}?trace=on` } },
    500: { request, options: { stores: failing(DEFECT) } },
    503: { request, options: { stores: failing(AWAY) } },
  };
}

/** The same for a probe, which takes any Host. */
export function ofProbe(request: InjectOptions): Record<number, Case> {
  const { 403: _, ...others } = openly(request);
  return others;
}

/** A server whose callers need a token, and that has none. */
const NO_TOKENS: SignInStore = { token: async () => null, used: async () => {}, hasUsableToken: async () => false };

/** A text of the right form, whose token does not exist. */
export const TOKEN = tokenText(TOKEN_ID, new Uint8Array(32));

/** The request of a caller who has a token. */
export const withToken = (request: InjectOptions): InjectOptions => ({
  ...request,
  headers: { ...request.headers, authorization: `Bearer ${TOKEN}` },
});

/** The same of a server that cannot look tokens up. */
export const unableToSignIn = (error: Error): WorldOptions => ({ signIns: { ...NO_TOKENS, token: throws(error) } });

/** As many failures from one address as are answered as such, within a minute. */
const FAILURES = 20;

// A read without a token, a write with one that does not exist, and either after too many of these.
function ofCallers(request: InjectOptions): Record<number, Case> {
  const isWrite = (request.method ?? 'GET') !== 'GET';
  const server = { stage: 'nothing', options: { signIns: NO_TOKENS } } as const;
  const before = Array.from({ length: FAILURES }, () => withToken({ url: '/maestro/whoami' }));
  return {
    401: { ...server, request: isWrite ? withToken(request) : request },
    429: { ...server, before, request: withToken(request) },
  };
}

// A write for a page of another site, or a read through a name that is not of this machine.
function forbidden(request: InjectOptions): Case {
  const isWrite = (request.method ?? 'GET') !== 'GET';
  const foreign = isWrite ? { origin: 'https://ads.example.com' } : { host: 'rebound.example.com' };
  return {
    request: { ...request, headers: { ...request.headers, ...foreign } },
    options: { settings: { localOnly: () => true } },
  };
}

const BODY_LIMIT = 1_024;
/** A server that waits for a body a tenth of a second: on a busy machine, too little for the story to be told. */
export const QUICK: WorldOptions = { settings: { http: { ...SETTINGS.http, requestTimeoutMs: 100 } } };

/** What every operation that takes JSON can answer besides; `payload` is a body that it takes. */
export function withJson(request: InjectOptions): Record<number, Case> {
  const json = { ...request.headers, 'content-type': 'application/json' };
  const broken = { ...request, headers: json, payload: '{"name": "payment-api", "name": "payment-ui"}' };
  const large = { ...request, payload: { ...(request.payload as object), metadata: { log: 'x'.repeat(BODY_LIMIT) } } };
  const form = {
    ...request,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: 'name=payment-api',
  };
  return {
    ...anywhere(request),
    400: { request: broken },
    408: { stage: 'nothing', request: neverEnding(request, 'application/json'), options: QUICK },
    413: { request: large, options: { settings: { bodyLimitBytes: BODY_LIMIT } } },
    415: { request: form },
  };
}

/** A request whose body never comes. */
export function neverEnding({ method = 'POST', url = '' }: InjectOptions, type: string): InjectOptions {
  return {
    method,
    url,
    headers: { 'content-type': type, 'content-length': '100' },
    payload: new Readable({ read() {} }),
  };
}
