// Opens all parts of the server in order. If one fails to open, the earlier ones are closed.
import { getHeapStatistics } from 'node:v8';
import type { Mode } from '../auth/mode.ts';
import type { AppSettings } from '../http/app.ts';
import { isLoopback } from '../http/host-guard.ts';
import type { HttpLimits } from '../http/http-server.ts';
import type { LogOutput } from '../http/log-output.ts';
import type { Readiness, Stop } from '../http/stopping.ts';
import type { Job } from '../jobs/job.ts';
import type { Feature } from '../maestro.ts';
import type { CoreStores } from '../store/store.ts';
import { buildApp, type Needs } from './app.ts';
import { openAuth, openCredentials } from './auth.ts';
import { openBlobs, placeFor } from './blobs.ts';
import type { Given, Joined } from './capability.ts';
import { now } from './clock.ts';
import { type ComposeSettings, compose } from './compose.ts';
import type { Config } from './config.ts';
import { openArchive, withWholeLog } from './event-archive.ts';
import { openReaders } from './evidence.ts';
import type { Host } from './host.ts';
import { joinNamed } from './join-named.ts';
import { type EarlyLog, openOutput } from './log.ts';
import { newId } from './new-id.ts';
import { type Openings, openings } from './openings.ts';
import { socketsOf } from './sockets.ts';
import { type AddedStores, openStores, type ProductInstance, type ProductStores, type TenantStores } from './stores.ts';
import { openTrustFile } from './trust.ts';

/**
 * V8 ends a process whose heap stays nearly full (from about 87 %), and with it the memory store.
 */
const MAX_HEAP_SHARE = 0.75;

/**
 * V8's limit includes the space for new objects, which grew with version 13 (Node.js 24). The rest
 * is for lasting objects.
 */
const youngBytes = (v8: string) => (Number.parseInt(v8, 10) >= 13 ? 192 : 48) * 1024 * 1024;

/** The background jobs end no later, so that the rest of the stop has its time. */
const LAST_ANSWERS_MS = 10_000;

export type Running = { host: Host; log: EarlyLog; stop: Stop; readiness(): Readiness };

type Composed<Tenant extends TenantStores> = ReturnType<typeof compose<Tenant>>['needs'];

/** What the capabilities of a list add, whose jobs and routes need nothing that is not opened here. */
export type Added<
  Settings,
  Stores extends ProductStores,
  Instance extends ProductInstance,
  Own extends object,
> = AddedStores<Stores, Instance> & {
  readonly open: Joined<unknown, Stores, Instance, Given<Settings, CoreStores & Stores>, Own, never>['open'];
  readonly routes: readonly Feature<Composed<CoreStores & Stores> & Own>[];
};

export type Maestro = Awaited<ReturnType<typeof openMaestro>>;

/**
 * Opens everything but the sockets. Throws an error of one line if something cannot be opened, with
 * nothing left open.
 */
export async function openMaestro<
  Settings extends Config,
  Stores extends ProductStores,
  Instance extends ProductInstance,
  Own extends object,
>(config: Settings, running: Running, added: Added<Settings, Stores, Instance, Own>) {
  const open = openings();
  try {
    return await openParts(config, running, added, open);
  } catch (error) {
    await open.close().catch(() => {});
    throw error;
  }
}

async function openParts<
  Settings extends Config,
  Stores extends ProductStores,
  Instance extends ProductInstance,
  Own extends object,
>(config: Settings, running: Running, added: Added<Settings, Stores, Instance, Own>, open: Openings) {
  const { host, log, stop, readiness } = running;
  const credentials = await openCredentials(config, now);
  const trust = await openTrustFile(config);
  const opened = await openStores(config, { warn: log.warnNow }, added);
  open.add('the store to close', () => opened.close());
  const { signIn: signIns } = opened.instance;
  const auth = openAuth(credentials, config, { signIns, now, warn: log.warn });
  open.add(null, () => auth.close());
  const blobs = await openBlobs(config, host.env);
  open.add(null, () => blobs?.close());
  const place = blobs && placeFor(config, blobs, opened, log);
  const stores = withWholeLog(opened, place);
  const readers = openReaders(config, trust);
  let answered: Promise<unknown> = Promise.resolve();
  open.add('documents that are being read', async () => {
    // Files still being inspected are answered 503.
    await readers.close();
    await answered;
  });
  const nodeVersion = host.versions.node;
  const given = { stores, now, newId, warn: log.warn };
  const archive = openArchive(config, { ...given, stores: opened, place });
  open.add(null, () => archive?.close());
  const { jobs: own, needs: theirs } = added.open({ ...given, config }, open);
  const jobs = archive === null ? own : [archive, ...own];
  const common = { ...given, callerOf: auth.principalOf, callers: auth.callers, stop, readiness, nodeVersion };
  const parts = { ...common, jobs, place, readers, trust };
  const { needs, background } = compose(parts, composeSettings(config, auth.mode));
  open.add(null, () => background?.close());
  requireOwnNames([...(background?.jobs ?? []), ...jobs]);
  const output = await openOutput(config.LOG_FORMAT, host);
  const all = joinNamed('need', [needs, theirs]);
  const app = await openApp(all, added.routes, appSettings(config, output, host.versions.v8));
  const sockets = socketsOf(app, config, httpLimits(config), stop);
  open.add(null, async () => {
    ({ answered } = await sockets.beginClose());
    // Documents being read take their time, too, and nobody waits for them any more.
    await Promise.all([background?.close(), Promise.race([answered, lateAnswers()])]);
  });
  const callers = { auth, credentials, signIns };
  const hasContent = blobs !== null;
  return { app, output, trust, callers, stores, hasContent, readers, background, sockets, close: open.close };
}

// Two jobs of one name would share a cursor, and each would miss the events that the other handled.
function requireOwnNames(jobs: readonly Job[]): void {
  joinNamed(
    'job',
    jobs.map(({ name }) => ({ [name]: null })),
  );
}

const lateAnswers = () => new Promise((resolve) => setTimeout(resolve, LAST_ANSWERS_MS).unref());

async function openApp<All extends Needs>(
  needs: All,
  routes: readonly Feature<All>[],
  settings: Omit<AppSettings, 'localOnly'>,
) {
  let localOnly = false;
  const app = await buildApp(needs, routes, { ...settings, localOnly: () => localOnly });
  // Derived from the bound address, as HOST may be any name for it. Runs before the first request.
  app.server.once('listening', () => {
    localOnly = isLoopback(app.server.address());
  });
  return app;
}

function composeSettings(config: Config, authentication: Mode): ComposeSettings {
  return {
    content: {
      limits: {
        maxBytes: config.CONTENT_LIMIT,
        idleMs: config.CONTENT_IDLE_TIMEOUT_MS,
        totalMs: config.CONTENT_TIMEOUT_MS,
      },
      redirect: config.CONTENT_REDIRECT,
    },
    minimum: config.GATE_MINIMUM_LEVEL,
    requireIfMatch: config.REQUIRE_IF_MATCH,
    publicUrl: config.PUBLIC_URL ?? null,
    authentication,
  };
}

function httpLimits(config: Config): HttpLimits {
  return {
    headersTimeoutMs: config.HEADERS_TIMEOUT_MS,
    requestTimeoutMs: config.REQUEST_TIMEOUT_MS,
    keepAliveTimeoutMs: config.KEEP_ALIVE_TIMEOUT_MS,
    maxHeaderBytes: config.MAX_HEADER_BYTES,
  };
}

function appSettings(config: Config, output: LogOutput, v8: string): Omit<AppSettings, 'localOnly'> {
  return {
    log: { level: config.LOG_LEVEL, output },
    http: httpLimits(config),
    bodyLimitBytes: config.BODY_LIMIT_BYTES,
    handlerTimeoutMs: config.HANDLER_TIMEOUT_MS,
    maxEventLoopDelayMs: config.MAX_EVENT_LOOP_DELAY_MS,
    maxHeapUsedBytes: (getHeapStatistics().heap_size_limit - youngBytes(v8)) * MAX_HEAP_SHARE,
  };
}
