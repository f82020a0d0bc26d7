import { median } from './rounds.ts';
import { PRODUCTION, startServer, stop, TYPESCRIPT } from './server-process.ts';

const BARE_FASTIFY = `
  import { fastify } from 'fastify';
  const app = fastify();
  app.get('/health', async () => ({ status: 'ok' }));
  await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' });
`;

const STARTS = {
  fastify: ['--input-type=module', '--eval', BARE_FASTIFY],
  compiled: [PRODUCTION],
  tsx: [...TYPESCRIPT, 'src/server.ts'],
};

export type StartTimes = Record<keyof typeof STARTS, number>;

/** Milliseconds from the start of the process to the first 200, the median of several. */
export async function startTimes(times: number): Promise<StartTimes> {
  const taken = { fastify: [] as number[], compiled: [] as number[], tsx: [] as number[] };
  for (let round = 0; round < times; round += 1) {
    for (const name of ['fastify', 'compiled', 'tsx'] as const) {
      const server = await startServer(STARTS[name]);
      taken[name].push(server.startMs);
      await stop(server);
    }
  }
  return { fastify: median(taken.fastify), compiled: median(taken.compiled), tsx: median(taken.tsx) };
}
