import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median } from './rounds.ts';
import { PRODUCTION, startServer, stop, TYPESCRIPT } from './server-process.ts';

const BARE_FASTIFY = `
  import { fastify } from 'fastify';
  const app = fastify();
  app.get('/health', async () => ({ status: 'ok' }));
  await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' });
`;

/** What is started: arguments of node, and whether it starts a PostgreSQL of its own, on data that is there. */
const STARTS = {
  fastify: { args: ['--input-type=module', '--eval', BARE_FASTIFY], embedded: false },
  compiled: { args: [PRODUCTION], embedded: false },
  tsx: { args: [...TYPESCRIPT, 'src/server.ts'], embedded: false },
  embedded: { args: [PRODUCTION], embedded: true },
};
type Start = keyof typeof STARTS;

export type StartTimes = Record<Start, number>;

/** Milliseconds from the start of the process to the first 200, the median of several. */
export async function startTimes(times: number): Promise<StartTimes> {
  const folder = mkdtempSync(join(tmpdir(), 'maestro-bench-'));
  const start = async (name: Start): Promise<number> => {
    const { args, embedded } = STARTS[name];
    const server = await startServer(
      args,
      embedded ? { DATABASE_URL: `embedded:${folder}`, SHUTDOWN_WAIT_MS: '0' } : {},
    );
    await stop(server, embedded ? 'SIGTERM' : 'SIGKILL');
    return server.startMs;
  };
  // The first one makes the database.
  await start('embedded');
  const taken = { fastify: [] as number[], compiled: [] as number[], tsx: [] as number[], embedded: [] as number[] };
  for (let round = 0; round < times; round += 1) {
    for (const name of Object.keys(STARTS) as Start[]) taken[name].push(await start(name));
  }
  rmSync(folder, { recursive: true });
  const { fastify, compiled, tsx, embedded } = taken;
  return { fastify: median(fastify), compiled: median(compiled), tsx: median(tsx), embedded: median(embedded) };
}
