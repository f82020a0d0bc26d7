// The server that users start, beside a bare node:http server that answers the very same bytes from memory.
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import type { Recorded } from './bare-server.ts';
import type { Plan } from './plan.ts';
import { type Lane, race, type Sample } from './rounds.ts';
import { READS, type Row, WRITES } from './rows.ts';
import type { Seeded } from './seed.ts';
import { fileBeside, PRODUCTION, type ServerProcess, startServer, stop, TYPESCRIPT } from './server-process.ts';
import type { Target } from './traffic.ts';
import type { Generator } from './traffic-process.ts';

/** The samples of one kind of request: of the bare server, of ours, and of ours without a log line per request. */
export type Compared = { row: Row; bare: Sample[]; ours: Sample[]; quiet: Sample[] };

export async function againstBare(generator: Generator, plan: Plan): Promise<Compared[]> {
  const ours = await startServer([PRODUCTION]);
  const quiet = await startServer([PRODUCTION], { LOG_LEVEL: 'warn' });
  const seeds = await generator.seed({ port: ours.port, artifacts: plan.artifacts });
  const quietSeeds = await generator.seed({ port: quiet.port, artifacts: plan.artifacts });
  const bare = await startBare(ours.port, seeds);
  const compared: Compared[] = [];
  // Writing makes the store grow: it comes last, so that every read finds the store as it was filled.
  for (const rows of [READS, WRITES]) {
    const lanes = rows.map((row): Lane[] => [
      { server: bare, targets: row.targets(seeds) },
      { server: ours, targets: row.targets(seeds) },
      { server: quiet, targets: row.targets(quietSeeds) },
    ]);
    const samples = await race(generator, lanes, plan);
    for (const [index, row] of rows.entries()) {
      const [ofBare = [], ofOurs = [], ofQuiet = []] = samples[index] ?? [];
      compared.push({ row, bare: ofBare, ours: ofOurs, quiet: ofQuiet });
    }
  }
  await Promise.all([bare, ours, quiet].map((server) => stop(server)));
  return compared;
}

async function startBare(port: number, seeds: Seeded): Promise<ServerProcess> {
  const recorded: Recorded[] = [{ method: 'GET', path: '/health', status: 200, headers: {}, body: '' }];
  for (const row of [...READS, ...WRITES]) {
    for (const target of row.targets(seeds)) recorded.push(await record(port, target));
  }
  return startServer([...TYPESCRIPT, fileBeside('bare-server.ts')], {}, recorded);
}

const ADDED_BY_NODE = ['date', 'connection', 'keep-alive'];

async function record(port: number, { method, path, body }: Target): Promise<Recorded> {
  const headers = body === undefined ? {} : { 'content-type': 'application/json' };
  const asked = request({ host: '127.0.0.1', port, method, path, headers }).end(body);
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  const sent = Object.entries(response.headers).filter(([name]) => !ADDED_BY_NODE.includes(name));
  return {
    method,
    path,
    status: response.statusCode ?? 0,
    headers: Object.fromEntries(sent.map(([name, value]) => [name, String(value)])),
    body: Buffer.concat(chunks).toString(),
  };
}
