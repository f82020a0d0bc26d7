// The compiled server with the settings of `server.ts`, over a store that was filled inside the process: a million
// artifacts take minutes over HTTP. Its parent is told which runs are in it, and how much heap an artifact took.
import { getHeapStatistics } from 'node:v8';
import { ANONYMOUS } from '../../src/domain/event/actor.ts';
import { everybody, unidentified } from '../../src/start/request-context.ts';
import { ARTIFACTS_OF_A_RUN, artifactOf, createRun, spread } from './seed.ts';
import { fileBeside } from './server-process.ts';

export type Filled = { runIds: string[]; bytesPerArtifact: number };

// What was compiled is what is measured; tsx would add to the functions of the sources.
const compiled = (path: string) => import(fileBeside(`../../dist/${path}`));
const { buildApp } = (await compiled('start/app.js')) as typeof import('../../src/start/app.ts');
const { readConfig } = (await compiled('start/config.js')) as typeof import('../../src/start/config.ts');
const { compose } = (await compiled('start/compose.js')) as typeof import('../../src/start/compose.ts');
const { readDocument } = (await compiled('evidence/read.js')) as typeof import('../../src/evidence/read.ts');
const { stopping } = (await compiled('http/stopping.js')) as typeof import('../../src/http/stopping.ts');
const { LIMITS } = (await compiled('evidence/limits.js')) as typeof import('../../src/evidence/limits.ts');
const { product } = (await compiled('start/capabilities.js')) as typeof import('../../src/start/capabilities.ts');
const { openTrust } = (await compiled('trust/current.js')) as typeof import('../../src/trust/current.ts');
const { listen } = (await compiled('http/listen.js')) as typeof import('../../src/http/listen.ts');
const { newId } = (await compiled('start/new-id.js')) as typeof import('../../src/start/new-id.ts');
const { bufferedOutput } = (await compiled('http/log-output.js')) as typeof import('../../src/http/log-output.ts');
const { memoryStores } = (await compiled(
  'store/memory/memory.js',
)) as typeof import('../../src/store/memory/memory.ts');
const runs = {
  ...((await compiled('domain/run/create-run.js')) as typeof import('../../src/domain/run/create-run.ts')),
  ...((await compiled('domain/run/update-run.js')) as typeof import('../../src/domain/run/update-run.ts')),
};
const evidence = (await compiled(
  'domain/artifact/create-artifact.js',
)) as typeof import('../../src/domain/artifact/create-artifact.ts');

const config = readConfig({ PORT: process.env.PORT });
const trust = openTrust(null, () => new Date());
const now = () => new Date();
const files = await product.stores.memory();
const stores = memoryStores({ maxArtifactsPerRun: config.MAX_ARTIFACTS_PER_RUN }, files.stores, files.instance);
const stop = stopping(60_000);
const readers = {
  workers: 1,
  maxBytes: LIMITS.maxBytes,
  read: (bytes: Uint8Array) => readDocument(bytes),
  close: async () => {},
};
// Without a content store nothing goes on in the background.
const { needs } = compose(
  {
    ...{
      callerOf: unidentified,
      callers: everybody,
      jobs: [],
      stores,
      place: null,
      readers,
      trust,
      now,
      newId,
      warn: () => {},
      stop,
    },
    ...{ readiness: () => 'ready' as const, nodeVersion: process.versions.node },
  },
  {
    content: { limits: { maxBytes: 1, idleMs: 1, totalMs: 1 }, redirect: false },
    ...{ minimum: config.GATE_MINIMUM_LEVEL, requireIfMatch: false, publicUrl: null, authentication: 'local' },
  },
);
const filled = await fill(Number(process.argv[2]));
await serve();
process.send?.(filled);

async function fill(artifacts: number): Promise<Filled> {
  const store = stores.of('default');
  const ids: string[] = [];
  for (let index = 0; index < artifacts / ARTIFACTS_OF_A_RUN; index += 1) {
    const { run, event } = runs.createRun(parsed(createRun(index)), newId(), stamp());
    ids.push((await store.runs.create(run, event)).id);
  }
  const before = heapBytes();
  for (let index = 0; index < artifacts; index += 1) {
    const request = parsed<Parameters<typeof evidence.createArtifact>[0]>(artifactOf(ids, index));
    const { artifact, event } = evidence.createArtifact(request, newId(), stamp());
    await store.artifacts.create(artifact, event);
  }
  const bytesPerArtifact = (heapBytes() - before) / artifacts;
  const runIds = spread(ids);
  for (const id of runIds) await store.runs.update(id, (run) => runs.updateRun(run, { status: 'succeeded' }, stamp()));
  return { runIds, bytesPerArtifact };
}

// Through JSON text, because the parser leaves strings in another form than template literals do.
function parsed<T>({ body = '' }: { body?: string }): T {
  return JSON.parse(body);
}

function stamp() {
  return { id: newId(), at: new Date().toISOString(), request_id: newId(), actor: ANONYMOUS };
}

function heapBytes(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

async function serve(): Promise<void> {
  const http = {
    headersTimeoutMs: config.HEADERS_TIMEOUT_MS,
    requestTimeoutMs: config.REQUEST_TIMEOUT_MS,
    keepAliveTimeoutMs: config.KEEP_ALIVE_TIMEOUT_MS,
    maxHeaderBytes: config.MAX_HEADER_BYTES,
  };
  const app = await buildApp(needs, product.routes, {
    log: { level: config.LOG_LEVEL, output: bufferedOutput() },
    http,
    bodyLimitBytes: config.BODY_LIMIT_BYTES,
    handlerTimeoutMs: config.HANDLER_TIMEOUT_MS,
    maxEventLoopDelayMs: config.MAX_EVENT_LOOP_DELAY_MS,
    maxHeapUsedBytes: getHeapStatistics().heap_size_limit * 0.75,
    localOnly: () => true,
  });
  await listen(app, config.HOST, config.PORT, http, { newId, stop });
}
