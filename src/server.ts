// The process: environment, store, server, signals. The one file that picks drivers or touches `process`.
import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { getHeapStatistics } from 'node:v8';
import closeWithGrace from 'close-with-grace';
import type { FastifyBaseLogger } from 'fastify';
import { memoryBlobs } from './blobs/memory.ts';
import { openPlace, type Place } from './blobs/open-place.ts';
import type { BlobStore, BlobStores } from './blobs/store.ts';
import { SWEEP_AGE_MS, sweep } from './blobs/sweep.ts';
import { parseTimestamp } from './domain/bounds.ts';
import { MaestroError } from './domain/errors.ts';
import { findLost } from './evidence/find-lost.ts';
import { reasonOf } from './evidence/jobs/failure.ts';
import { type PendingSettings, readPending } from './evidence/read-pending.ts';
import type { Readers } from './evidence/readers.ts';
import { LIMITS } from './evidence/unpack.ts';
import { verifyStale } from './evidence/verify-stale.ts';
import { type ReadingWorkers, readingWorkers } from './evidence/workers.ts';
import { features } from './features.ts';
import { buildApp } from './http/app.ts';
import { isLoopback } from './http/host-guard.ts';
import { type HttpLimits, listen } from './http/listen.ts';
import { bufferedOutput } from './http/log-output.ts';
import { type Readiness, stopping } from './http/stopping.ts';
import { VERSION } from './routes/version.ts';
import { asked, type CommandName } from './start/command-line.ts';
import { type Config, readConfig } from './start/config.ts';
import { configWarnings, nameWarnings } from './start/config-warnings.ts';
import { newId } from './start/new-id.ts';
import { prettyLines } from './start/pretty-log.ts';
import { pruneRuns } from './start/prune.ts';
import { listenFault, settingFault, systemReason } from './start/setting-faults.ts';
import { announceStop } from './start/stop-log.ts';
import { strayRejections } from './start/stray-rejections.ts';
import { throttled } from './start/throttled-log.ts';
import { tryWrites } from './start/try-writes.ts';
import { memoryStores } from './store/memory/memory.ts';
import type { Durability, MaestroStores } from './store/store.ts';
import { type CurrentTrust, openTrust } from './trust/current.ts';
import { trustInWords } from './trust/trust-in-words.ts';

/** V8 ends a process whose heap stays nearly full, from about 87 % on, and with it all that the memory store holds. */
const MAX_HEAP_SHARE = 0.75;

/** V8 counts its room for new objects into its limit; what lasts has the rest. The room grew with version 13 (Node.js 24). */
const YOUNG_BYTES = (Number.parseInt(process.versions.v8, 10) >= 13 ? 192 : 48) * 1024 * 1024;

const STOPS = ['SIGINT', 'SIGTERM'] as const;
const NO_STOPS = ['SIGHUP', 'SIGUSR2'] as const;

/** npm and process managers send one stop twice; only a second one later than this is a person's and stops at once. */
const ECHO_MS = 500;

/** Everything that is under way at the stop is given up when this has passed. */
const HARD_STOP_MS = 19_000;

/** The part of that time reserved for closing readers and stores, after running requests had to end. */
const AFTER_REQUESTS_MS = 5_000;

/** How often a stop that takes long says what it waits for. */
const STOP_LINE_MS = 5_000;

/** Readers end no later, so that the rest of the stop has its time. */
const LAST_ANSWERS_MS = 10_000;

const LOOPBACK = /^(localhost|127(\.\d+){3}|::1)$/;

const STORES_IN_WORDS: Record<Durability, string> = {
  forgets: 'The memory store is in use: it forgets everything when the process ends',
  durable: 'PostgreSQL is in use: what is acknowledged is on disk',
  unsafe: 'PostgreSQL is in use and does not wait for its disk: what is acknowledged can be lost',
};

const EMBEDDED = 'embedded:';
const FILE = 'file:';
const MEMORY_BLOB_BYTES = 256 * 1024 * 1024;

type Warn = (message: string) => void;

function complain(message: string): void {
  process.stderr.write(`maestro: ${message}\n`);
}

// The driver is loaded where it is used, so that the memory store starts without it.
async function openDriver(config: Config, warn: Warn, alwaysMigrate: boolean): Promise<MaestroStores> {
  const maxArtifactsPerRun = config.MAX_ARTIFACTS_PER_RUN;
  if (config.DATABASE_URL === undefined) return memoryStores({ maxArtifactsPerRun });
  const settings = {
    connections: config.DATABASE_CONNECTIONS,
    connectTimeoutMs: config.DATABASE_CONNECT_TIMEOUT_MS,
    statementTimeoutMs: config.STATEMENT_TIMEOUT_MS,
    migrate: config.MIGRATE_AT_START || alwaysMigrate,
    maxArtifactsPerRun,
    warn,
  };
  if (!config.DATABASE_URL.startsWith(EMBEDDED)) {
    const { postgresStores } = await import('./store/postgres/postgres.ts');
    const allowUnsafeDurability = config.ALLOW_UNSAFE_DURABILITY;
    return postgresStores({ ...settings, url: config.DATABASE_URL, allowUnsafeDurability });
  }
  const { embeddedStores } = await import('./store/embedded/embedded.ts');
  const giveUp = (error: Error) => {
    // Nothing catches it, so that the process stops in order and with a status that tells of it.
    setImmediate(() => {
      throw error;
    });
  };
  const folder = config.DATABASE_URL.slice(EMBEDDED.length);
  const makesRoom = ['prune', 'sweep'].includes(process.argv[2] ?? '');
  return embeddedStores({ ...settings, folder, makesRoom, log: { warn }, giveUp });
}

function openStores(config: Config, warn: Warn, alwaysMigrate = false): Promise<MaestroStores> {
  return openDriver(config, warn, alwaysMigrate).catch((error) => {
    throw settingFault('DATABASE_URL', error);
  });
}

/** Where content lies; null where it has no place yet. Nothing is asked of the place yet. */
function openBlobs(config: Config): Promise<BlobStores | null> {
  return openDriverOfBlobs(config).catch((error) => {
    throw settingFault(config.BLOB_URL === undefined ? 'DATABASE_URL' : 'BLOB_URL', error);
  });
}

async function openDriverOfBlobs(config: Config): Promise<BlobStores | null> {
  const now = () => new Date();
  const { BLOB_URL, DATABASE_URL } = config;
  // What the SDK says of later versions of itself is not for those who run this one.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  if (BLOB_URL === undefined && DATABASE_URL === undefined) return memoryBlobs({ maxBytes: MEMORY_BLOB_BYTES, now });
  const beside = DATABASE_URL?.startsWith(EMBEDDED) ? `file:${DATABASE_URL.slice(EMBEDDED.length)}/blobs` : undefined;
  const url = BLOB_URL ?? beside;
  if (url === undefined) return null;
  if (!url.startsWith(FILE)) {
    const { s3Blobs } = await import('./blobs/s3.ts');
    try {
      return s3Blobs({ url, newId });
    } catch (error) {
      throw new Error(`Bad configuration: BLOB_URL ${(error as Error).message}`);
    }
  }
  const { fileBlobs, refuseFile } = await import('./blobs/file.ts');
  const folder = url.slice(FILE.length);
  await refuseFile(folder);
  return fileBlobs({ folder, newId, now });
}

function placeFor(config: Config, blobs: BlobStores, stores: MaestroStores, log: { info: Warn; warn: Warn }): Place {
  const warn = throttled(log.warn, () => new Date());
  return openPlace(blobs, {
    ...{ stores, newId, minFreeBytes: config.CONTENT_MIN_FREE_BYTES },
    log: { info: log.info, warn },
  });
}

async function migrate(config: Config): Promise<void> {
  if (config.DATABASE_URL === undefined) throw new Error('DATABASE_URL is not set: there is nothing to migrate');
  await (await openStores(config, complain, true)).close();
  process.stdout.write('The schema of the database is up to date\n');
}

// `prune <date>`: for retention. A date is its first moment, in UTC.
async function pruneUntil(config: Config, date: string | null): Promise<void> {
  const before = parseTimestamp(`${date}T00:00:00`);
  const now = () => new Date().toISOString();
  if (before === null || before > now()) throw new Error('prune needs a date in the past, such as 2026-01-31');
  if (config.DATABASE_URL === undefined) throw new Error('DATABASE_URL is not set: there is nothing to prune');
  const stores = await openStores(config, complain);
  const stamp = () => ({ id: newId(), at: now(), request_id: newId(), actor: 'prune' });
  try {
    process.stdout.write(`Deleted ${await pruneRuns(stores, before, stamp)} runs that finished before ${before}\n`);
  } finally {
    await stores.close();
  }
}

// `sweep`: for room. What an upload of today has brought may still get its row.
async function sweepBlobs(config: Config): Promise<void> {
  if (config.DATABASE_URL === undefined)
    throw new Error('DATABASE_URL is not set: sweep cannot tell which content is still in use');
  const blobs = await openBlobs(config);
  if (blobs === null || blobs.kind === 'memory') throw new Error('BLOB_URL is not set: there is nothing to sweep');
  const stores = await openStores(config, complain);
  try {
    const place = placeFor(config, blobs, stores, { info: complain, warn: () => {} });
    await place.check.require();
    const moment = new Date(Date.now() - SWEEP_AGE_MS);
    const removed = await sweep(place.blobs, (tenant) => stores.open(tenant), await stores.tenants(), moment);
    process.stdout.write(`Removed ${removed} blobs that no artifact names\n`);
  } catch (error) {
    throw new Error(`The sweep stopped early: ${reasonOf(error)}`);
  } finally {
    await stores.close();
    await blobs.close();
  }
}

function blobsOf(blobs: BlobStores | null): BlobStore {
  if (blobs !== null) return blobs.open('default');
  throw new MaestroError('content_store_not_configured', 'There is no place for content: BLOB_URL is not set');
}

// Compiled this file is .js, from the sources .ts: so is what verifies, which the workers load.
const VERIFIER = new URL(`./trust/verify${extname(import.meta.url)}`, import.meta.url).href;

// The workers are started where there is something to read.
function openReaders(config: Config, trust: CurrentTrust): ReadingWorkers {
  const limits = { ...LIMITS, maxBytes: config.EVIDENCE_LIMIT };
  const verifying = { verifier: VERIFIER, trust: trust.current };
  return readingWorkers({ workers: config.EVIDENCE_WORKERS, maxMs: config.EVIDENCE_TIMEOUT_MS, limits, verifying });
}

// Callers are told why it cannot be read, and not where it lies.
function readTrustFile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new Error(`cannot be read: ${systemReason(error)}`);
  }
}

function openTrustOf({ TRUST_FILE }: Config): CurrentTrust {
  try {
    return openTrust(TRUST_FILE === undefined ? null : () => readTrustFile(TRUST_FILE), () => new Date());
  } catch (error) {
    throw new Error(`Bad configuration: TRUST_FILE ${TRUST_FILE}: ${(error as Error).message}`);
  }
}

/**
 * What a signal does now. At first it stops a process that cannot stop in order yet, in a way that ends an embedded PostgreSQL, too; the
 * status is that of a shell. Listeners are never exchanged: a signal that has come and is not handled yet goes with the listener that is removed.
 */
const onSignal = {
  SIGHUP: () => process.exit(129),
  SIGINT: () => process.exit(130),
  SIGTERM: () => process.exit(143),
} as Record<'SIGHUP' | (typeof STOPS)[number], () => void>;

/** Before something is read in the background, the place was seen this long ago at most. */
const PLACE_SEEN_MS = 1_000;

/** What goes on in the background with the content of artifacts; nothing where there is no place for it. */
function openBackground(stores: MaestroStores, place: Place | null, readers: Readers, trust: CurrentTrust, warn: Warn) {
  if (place === null) return null;
  const { blobs, check } = place;
  const contentOf: PendingSettings['contentOf'] = (tenant, sha256, range) => blobs.open(tenant).read(sha256, range);
  const now = () => new Date();
  const ready = () => check.require(PLACE_SEEN_MS);
  const settings = { stores, contentOf, ready, readers, now, newId, warn: throttled(warn, now) };
  const pending = readPending(settings);
  const lost = findLost({ ...settings, wake: pending.wake });
  check.onReturn(() => {
    pending.wake('default');
    lost.look();
  });
  return { pending, lost, stale: verifyStale({ ...settings, trust: trust.current }) };
}

function reload(path: string, trust: CurrentTrust, changed: () => void, log: FastifyBaseLogger): void {
  try {
    const { digest } = trust.current();
    const isOther = trust.reload();
    if (isOther) changed();
    log.info(
      `The trust file was read again: ${isOther ? `the digest is now ${trust.current().digest}, it was ${digest}` : `nothing has changed, the digest is still ${digest}`}`,
    );
    warnOfTrust(trust, log);
  } catch (error) {
    log.error(`The trust file ${path} was not read, and what was trusted before stays: ${(error as Error).message}`);
  }
}

function warnOfTrust(trust: CurrentTrust, log: FastifyBaseLogger): void {
  for (const warning of trust.current().warnings) log.warn(`TRUST_FILE: ${warning}`);
}

async function serve(config: Config): Promise<void> {
  let readiness: Readiness = 'starting';
  const stop = stopping(HARD_STOP_MS - AFTER_REQUESTS_MS);
  let localOnly = false;
  let opening: Promise<unknown> = Promise.resolve();
  let listening: Awaited<ReturnType<typeof listen>> | null = null;
  let warn: Warn = complain;
  const trust = openTrustOf(config);
  const stores = await openStores(config, (message) => warn(message));
  const blobs = await openBlobs(config).catch(async (error) => {
    // An embedded PostgreSQL would outlive us.
    await stores.close();
    throw error;
  });
  // What is said before there is a log comes into it all the same.
  const early: (() => void)[] = [];
  let log: { info: Warn; warn: Warn } = {
    info: (message: string) => void early.push(() => log.info(message)),
    warn: (message: string) => void early.push(() => log.warn(message)),
  };
  const ofPlace = { info: (message: string) => log.info(message), warn: (message: string) => log.warn(message) };
  const place = blobs && placeFor(config, blobs, stores, ofPlace);
  const readers = openReaders(config, trust);
  const background = openBackground(stores, place, readers, trust, (message) => log.warn(message));
  const deps = {
    blobs: {
      storeFor: () => blobsOf(place?.blobs ?? null),
      limits: {
        maxBytes: config.CONTENT_LIMIT,
        idleMs: config.CONTENT_IDLE_TIMEOUT_MS,
        totalMs: config.CONTENT_TIMEOUT_MS,
      },
      redirect: config.CONTENT_REDIRECT,
    },
    evidence: {
      wake: () => background?.pending.wake('default'),
      nextReading: (ms: number): Promise<void> =>
        background?.pending.nextReading(ms) ?? new Promise((resolve) => setTimeout(resolve, Math.min(ms, 250))),
      read: (bytes: Uint8Array, receivedAt: string, signal: AbortSignal) => readers.read(bytes, { receivedAt, signal }),
      limits: { maxBytes: config.EVIDENCE_LIMIT },
    },
    trust: {
      current: trust.current,
      lastError: trust.lastError,
      judging: () => ({ minimum: config.GATE_MINIMUM_LEVEL, trust: trust.current().digest }),
      asked: (_request: unknown, runId: string) => background?.stale.asked('default', runId),
      progress: () => background?.stale.progress() ?? { done: 0, running: false },
    },
    storeFor: () => stores.open('default'),
    stores,
    tryWrites: tryWrites(stores, place),
    now: () => new Date(),
    newId,
    digest: (data: string | Uint8Array) => hash('sha256', data, 'base64url'),
    requireIfMatch: config.REQUIRE_IF_MATCH,
    publicUrl: config.PUBLIC_URL ?? null,
    nodeVersion: process.versions.node,
    readiness: () => readiness,
    stop,
  };
  const http: HttpLimits = {
    headersTimeoutMs: config.HEADERS_TIMEOUT_MS,
    requestTimeoutMs: config.REQUEST_TIMEOUT_MS,
    keepAliveTimeoutMs: config.KEEP_ALIVE_TIMEOUT_MS,
    maxHeaderBytes: config.MAX_HEADER_BYTES,
  };
  const { isTTY } = process.stdout;
  const isPretty = config.LOG_FORMAT === 'pretty' || (config.LOG_FORMAT === 'auto' && isTTY);
  const output = bufferedOutput(isPretty ? await prettyLines(isTTY && !process.env.NO_COLOR) : undefined);
  process.on('exit', () => output.flushSync());
  const app = await buildApp(deps, features, {
    log: { level: config.LOG_LEVEL, output },
    http,
    bodyLimitBytes: config.BODY_LIMIT_BYTES,
    handlerTimeoutMs: config.HANDLER_TIMEOUT_MS,
    localOnly: () => localOnly,
    maxEventLoopDelayMs: config.MAX_EVENT_LOOP_DELAY_MS,
    maxHeapUsedBytes: (getHeapStatistics().heap_size_limit - YOUNG_BYTES) * MAX_HEAP_SHARE,
  });

  warn = (message) => app.log.warn(message);
  // Read from the bound address, as HOST may be any name for it. Runs before the first request.
  app.server.once('listening', () => {
    localOnly = isLoopback(app.server.address());
  });
  log = { info: (message) => app.log.info(message), warn };
  for (const say of early) say();

  // A hang-up or a stray signal must not end a process that holds everything in memory. Node ends at both unless they are listened to,
  // under nohup too.
  process.on('SIGUSR2', () => app.log.warn('SIGUSR2 is ignored; SIGTERM or SIGINT stops the server'));
  onSignal.SIGHUP = () => {
    if (config.TRUST_FILE !== undefined) reload(config.TRUST_FILE, trust, () => background?.stale.changed(), app.log);
    else app.log.warn('SIGHUP is ignored, as TRUST_FILE is not set; SIGTERM or SIGINT stops the server');
  };
  process.on('unhandledRejection', strayRejections(app.log));
  const grace = closeWithGrace(
    { delay: HARD_STOP_MS, logger: app.log, skip: [...STOPS, ...NO_STOPS, 'unhandledRejection'] },
    async ({ err }) => {
      if (err) app.log.fatal({ err }, 'stopping after an error that nothing caught');
      readiness = 'stopping';
      stop.begin();
      const announced = announceStop({
        open: () => listening?.open() ?? { requests: 0, uploads: 0 },
        graceMs: HARD_STOP_MS,
        serveMs: config.SHUTDOWN_WAIT_MS,
        everyMs: STOP_LINE_MS,
        log: (line) => {
          app.log.info(line);
          output.flushSync();
        },
      });
      await new Promise((resolve) => setTimeout(resolve, config.SHUTDOWN_WAIT_MS));
      // A stop may come while the server begins to listen.
      await opening.catch(() => {});
      const answered = listening?.close() ?? app.close();
      const late = new Promise((resolve) => setTimeout(resolve, LAST_ANSWERS_MS).unref());
      // What is being read takes its time, too, and nobody waits for it any more.
      const { lost, pending, stale } = background ?? {};
      await Promise.all([lost?.close(), pending?.close(), stale?.close(), Promise.race([answered, late])]);
      announced.waitFor('documents that are being read');
      // Files that are still inspected are answered 503.
      await readers.close();
      await answered;
      announced.waitFor('the store to close');
      await stores.close();
      await blobs?.close();
      announced.end();
      app.log.info('stopped');
    },
  );
  let asked: number | null = null;
  for (const signal of STOPS) {
    onSignal[signal] = () => {
      if (asked === null) void grace.close();
      else if (Date.now() - asked > ECHO_MS) process.exit(1);
      asked ??= Date.now();
    };
  }

  app.log[stores.durability === 'durable' ? 'info' : 'warn'](STORES_IN_WORDS[stores.durability]);
  if (config.TRUST_FILE !== undefined)
    app.log.info(`TRUST_FILE ${config.TRUST_FILE}: ${trustInWords(trust.current())}`);
  warnOfTrust(trust, app.log);
  if (blobs === null) app.log.warn('BLOB_URL is not set: artifacts can have no content, and their routes answer 503');
  for (const warning of configWarnings(process.env)) app.log.warn(warning);
  if (!LOOPBACK.test(config.HOST)) {
    app.log.warn(
      `Callers are not authenticated: whoever reaches ${config.HOST}:${config.PORT} can read and write. Put a proxy that authenticates in front`,
    );
  }
  const opened = listen(app, config.HOST, config.PORT, http, deps).catch((error) => {
    throw listenFault(config.HOST, config.PORT, error);
  });
  opening = opened;
  listening = await opened;
  if (stop.begun.aborted) return;
  readiness = 'ready';
  if (config.EVIDENCE_WARM_UP) readers.warmUp();
  const { url } = listening;
  app.log.info(`Maestro is ready at ${url}, its API documentation at ${url}/docs`);
}

const COMMANDS: Record<CommandName, (config: Config, argument: string | null) => Promise<void>> = {
  serve,
  migrate,
  prune: pruneUntil,
  sweep: sweepBlobs,
};

async function run(words: readonly string[]): Promise<void> {
  const what = asked(words, VERSION);
  if ('print' in what) {
    process.stdout.write(what.print);
    return;
  }
  // The server writes them into its log.
  if (what.command !== 'serve') for (const warning of nameWarnings(process.env)) complain(warning);
  await COMMANDS[what.command](readConfig(process.env), what.argument);
}

try {
  for (const signal of ['SIGHUP', ...STOPS] as const) process.on(signal, () => onSignal[signal]());
  await run(process.argv.slice(2));
} catch (error) {
  complain((error as Error).message);
  process.exit(1);
}
