// Maestro and PostgreSQL as processes that can be ended under load.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort, type PostgresServer, startPostgres } from '../postgres.ts';

/** How often something is ended: 50 times by `make test-faults`. */
export const FAULTS = Number(process.env.FAULTS ?? 2);

export const STATEMENT_TIMEOUT_MS = 2_000;

export const SERVER = new URL('../../dist/server.js', import.meta.url).pathname;

const children = new Set<ChildProcess>();
const servers = new Set<PostgresServer>();

/** Ends every process that was started here. */
export async function stopAll(): Promise<void> {
  for (const child of children) child.kill('SIGKILL');
  for (const server of servers) await server.stop();
}

export async function newServer(settings: readonly string[] = []): Promise<PostgresServer> {
  const server = await startPostgres(settings);
  servers.add(server);
  return server;
}

/** Maestro on a port of its own, where it can be ended and started again. `hear` is given what it writes, its log included. */
export async function startMaestro(
  DATABASE_URL: string,
  environment: Record<string, string> = {},
  hear?: (text: string) => void,
) {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const env = { ...process.env, DATABASE_URL, PORT: String(port), HOST: '127.0.0.1', ...environment };
  let child: ChildProcess;
  const start = () => {
    const settings = {
      MAX_EVENT_LOOP_DELAY_MS: '60000',
      STATEMENT_TIMEOUT_MS: String(STATEMENT_TIMEOUT_MS),
      DATABASE_CONNECT_TIMEOUT_MS: '2000',
    };
    const output = hear === undefined ? 'ignore' : 'pipe';
    child = spawn(process.execPath, [SERVER], { env: { ...settings, ...env }, stdio: ['ignore', output, output] });
    for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (text) => hear?.(text));
    children.add(child);
  };
  const isReady = () =>
    fetch(`${url}/ready`).then(
      ({ status }) => status === 200,
      () => false,
    );
  const untilReady = async (): Promise<number> => {
    const began = performance.now();
    while (!(await isReady())) {
      if (child.exitCode !== null) throw new Error(`Maestro ended with status ${child.exitCode} before it was ready`);
      await sleep(20);
    }
    return performance.now() - began;
  };
  start();
  await untilReady();
  return {
    url,
    /** Ends it, and starts it again as soon as it has ended. Returns the status that it ended with. */
    async restart(signal: NodeJS.Signals): Promise<number | null> {
      child.kill(signal);
      const [status] = (await once(child, 'exit')) as [number | null];
      start();
      return status;
    },
    /** Ends it. Returns the status that it ended with. */
    async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
      child.kill(signal);
      const [status] = (await once(child, 'exit')) as [number | null];
      return status;
    },
    pid: () => child.pid ?? 0,
    signal: (signal: NodeJS.Signals) => child.kill(signal),
    untilReady,
    alive: () => child.exitCode === null && child.signalCode === null,
  };
}
