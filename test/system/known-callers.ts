// A server in process whose callers are known, wired as the real one is, and a record of every secret that was used and of every place
// where it must not appear.
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyRequest, InjectOptions, LightMyRequestResponse } from 'fastify';
import { expect, vi } from 'vitest';
import type { Principal } from '../../src/auth/principal.ts';
import type { MaestroEvent } from '../../src/domain/event/maestro-event.ts';
import type { Callers } from '../../src/http/identification.ts';
import { type Auth, openAuth, openCredentials } from '../../src/start/auth.ts';
import { reloadAuth } from '../../src/start/auth-log.ts';
import { readConfig } from '../../src/start/config.ts';
import type { Stores } from '../../src/start/stores.ts';
import { type Api, testApp, testDeps } from '../helper.ts';
import { allEvents, FIRST_PAGE } from '../store/contract/kit.ts';

export const ADMIN_SECRET = 'a-secret-of-the-admin-0123456789abcdef';

export type Ask = Omit<InjectOptions, 'headers'> & { headers?: Record<string, string> };

export type KnownCallers = Awaited<ReturnType<typeof openKnownCallers>>;

type Options = { authFile?: object; env?: Record<string, string>; handlers?: Parameters<typeof testDeps>[0] };

/** The server with `AUTH=required`, `ADMIN_TOKEN_FILE`, and `AUTH_FILE` where one is given. */
export async function openKnownCallers({ authFile, env = {}, handlers = {} }: Options = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'maestro-callers-'));
  const [adminFile, file] = [join(folder, 'admin'), join(folder, 'auth.json')];
  writeFileSync(adminFile, `${ADMIN_SECRET}\n`, { mode: 0o600 });
  const write = (content: object) => writeFileSync(file, JSON.stringify(content));
  if (authFile !== undefined) write(authFile);
  const settings = {
    AUTH: 'required',
    ADMIN_TOKEN_FILE: adminFile,
    ...(authFile === undefined ? {} : { AUTH_FILE: file }),
  };
  const seen = places();
  let auth: Auth | undefined;
  const callers: Callers = {
    identify: (request) => (auth as Auth).callers.identify(request),
    permits: (request, permission) => (auth as Auth).callers.permits(request, permission),
  };
  const callerOf = (request: FastifyRequest) =>
    (request.caller as Principal | null) ?? (auth as Auth).principalOf(request);
  const deps = testDeps({ callers, callerOf, authentication: 'required', ...handlers });
  const stores = deps.stores as Stores;
  const config = readConfig({ ...settings, ...env });
  const now = () => new Date();
  const credentials = await openCredentials(config, now);
  auth = openAuth(credentials, config, { signIns: stores.instance.signIn, now, warn: seen.heard });
  const app = await testApp(deps, { log: { level: 'trace', output: { write: seen.heard } } });
  return {
    ...{ app, deps, stores, auth, seen, ...asking(app, seen) },
    /** Gives `AUTH_FILE` other content, and has it read again. */
    reload(content: object) {
      write(content);
      const log = { info: seen.heard, warn: seen.heard, error: seen.heard };
      reloadAuth(config, credentials, () => auth?.forget(), log);
    },
    async close() {
      await app.close();
      await auth?.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** What was used as a secret, and everything that was answered or logged. */
function places() {
  const secrets = new Set<string>([ADMIN_SECRET]);
  const texts: string[] = [];
  return {
    secrets,
    texts,
    heard: (text: string) => void texts.push(text),
    /** Notes the text of a credential, which no answer and no log line may show from now on. */
    keep(text: string): string {
      secrets.add(text);
      return text;
    },
  };
}

let addresses = 0;

/** An address from which nobody has called yet: failed sign-ins are counted by address. */
export function newAddress(): string {
  addresses += 1;
  return `10.${(addresses >> 16) & 255}.${(addresses >> 8) & 255}.${addresses & 255}`;
}

function asking(app: Api, seen: ReturnType<typeof places>) {
  const send = async (options: Ask): Promise<LightMyRequestResponse> => {
    const response = await app.inject({ remoteAddress: newAddress(), ...options });
    const body: { token?: string } = response.body.startsWith('{"') ? JSON.parse(response.body) : {};
    // Only the answers to create and to rotate have a text, which is a secret in all others.
    const { token, ...others } = body;
    const isMade = /^\/maestro\/tokens(?:\/[^/]+\/rotate)?$/.test(String(options.url)) && response.statusCode < 300;
    if (isMade && typeof token === 'string') seen.keep(token);
    seen.heard(isMade && typeof token === 'string' ? JSON.stringify(others) : response.body);
    seen.heard(JSON.stringify(response.headers));
    return response;
  };
  const as = (text: string | null, options: Ask) => {
    if (text !== null) seen.keep(text);
    const headers = text === null ? {} : { authorization: `Bearer ${text}` };
    return send({ ...options, headers: { ...headers, ...options.headers } });
  };
  const made = async (options: Ask): Promise<MadeToken> => {
    const response = await as(ADMIN_SECRET, { method: 'POST', ...options });
    expect(response.statusCode, response.body).toBeLessThan(300);
    return response.json();
  };
  return {
    send,
    /** Sends a request with that text as its Bearer token, from an address of its own. */
    as,
    newToken: (payload: object) => made({ url: '/maestro/tokens', payload: { name: 'test', ...payload } }),
    rotate: (id: string, payload: object = {}) => made({ url: `/maestro/tokens/${id}/rotate`, payload }),
    async revoke(id: string) {
      const { statusCode } = await as(ADMIN_SECRET, { method: 'DELETE', url: `/maestro/tokens/${id}` });
      expect(statusCode).toBe(204);
    },
  };
}

export type MadeToken = { readonly id: string; readonly token: string; readonly roles: readonly string[] };

/** All that is stored of some tenants: rows, the log and the names of blobs. When a token was used is left out. */
export async function everythingOf({ stores, deps }: Pick<KnownCallers, 'stores' | 'deps'>, tenants = ['default']) {
  const all = tenants.map(async (tenant) => {
    const { runs, artifacts, packs, tokens, ...others } = stores.of(tenant);
    const blobs: string[] = [];
    const later = new Date(Date.now() + 3_600_000);
    const place = deps.blobs.storeFor({ caller: { tenant, owners: 'any' }, headers: {} } as never);
    for await (const sha256 of place.keptBefore(later)) blobs.push(sha256);
    const rows = await Promise.all([
      runs.list({}, FIRST_PAGE),
      artifacts.list({}, FIRST_PAGE),
      packs.list({}, FIRST_PAGE),
    ]);
    const kept = (await tokens.list(FIRST_PAGE)).rows.map(({ last_used_at: _, ...token }) => token);
    const events: MaestroEvent[] = await allEvents({ runs, artifacts, packs, tokens, ...others });
    return { tenant, blobs: blobs.sort(), rows: rows.map((page) => page.rows), tokens: kept, events };
  });
  return Promise.all(all);
}

/** Everything that must not appear: each text, its secret part, its digests, and the signature of an ID token. */
function needlesOf(secrets: ReadonlySet<string>): string[] {
  return [...secrets].flatMap((text) => {
    const digest = createHash('sha256').update(text);
    const signature = text.split('.')[2] ?? '';
    const secret = /^mst_/i.test(text) ? text.slice(36) : '';
    const digests = [digest.copy().digest('hex'), digest.copy().digest('base64'), digest.digest('base64url')];
    return [text, ...digests, signature, secret].filter((one) => one.length >= 16);
  });
}

/** Where a secret that was used appears: in an answer, in the log, in an event or in a list. */
export async function secretsShown(server: KnownCallers, tenants = ['default']) {
  const { seen } = server;
  const lists = tenants.map(() => server.as(ADMIN_SECRET, { url: '/maestro/tokens' }));
  await Promise.all([...lists, server.send({ url: '/openapi.json' })]);
  const events = await Promise.all(tenants.map((tenant) => allEvents(server.stores.of(tenant))));
  const texts = [...seen.texts, ...events.flat().map((event) => JSON.stringify(event))];
  const all = texts.join('\n');
  const needles = needlesOf(seen.secrets);
  const shown = needles.filter((needle) => all.includes(needle));
  return { shown, searched: { secrets: seen.secrets.size, needles: needles.length, texts: texts.length } };
}

/** Moves the clock of everything, in milliseconds. Timers keep theirs. */
export function advance(ms: number): void {
  vi.setSystemTime(Date.now() + ms);
}

/** The status of the answer to a request for whoami, over a socket, with these lines among its headers. */
export async function statusOver(port: number, lines: string): Promise<number> {
  return Number((await answerOver(port, `GET /maestro/whoami HTTP/1.1\r\nHost: localhost\r\n${lines}`)).split(' ')[1]);
}

/** The whole answer to a request that is sent as it is written here. */
export function answerOver(port: number, request: string, body = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(`${request}\r\nConnection: close\r\n\r\n${body}`, 'latin1');
    });
    socket.on('data', (data) => {
      answer += data;
    });
    socket.on('error', reject).on('close', () => resolve(answer));
  });
}
