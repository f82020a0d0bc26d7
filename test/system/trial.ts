// Plays a script against a server over real sockets, one connection a client, and writes down what came back.
import { Agent, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { MaestroEvent } from '../../src/domain/event/maestro-event.ts';
import type { Stores, TenantStores } from '../../src/start/stores.ts';
import { testApp, testDeps } from '../helper.ts';
import type { Intent, Known, Script } from './command-scripts.ts';
import type { Trial } from './fault.ts';
import type { Answer, Command, Exchange } from './run-model.ts';

/** The most artifacts in a run: few enough for the clients to fill one. */
export const MAX_ARTIFACTS = 5;

export type Rig = {
  /** Plays the script on a store of its own, which `wrap` may spoil, then reads everything back. */
  play(script: Script, wrap: (store: TenantStores) => TenantStores): Promise<Trial>;
  close(): Promise<void>;
};

/** Runs hold at most `MAX_ARTIFACTS` in `stores`, which are closed in the end. */
export async function rig(clients: number, stores: Stores): Promise<Rig> {
  let made = 0;
  let trials = 0;
  let store = stores.of('none');
  const idOf = (number: number) => `0199a1c2-0000-7000-8000-${number.toString(16).padStart(12, '0')}`;
  const newId = () => {
    made += 1;
    return idOf(made);
  };
  const app = await testApp(testDeps({ storesFor: () => store, newId }));
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  const agents = Array.from({ length: clients }, () => new Agent({ keepAlive: true, maxSockets: 1 }));

  return {
    async play(script, wrap) {
      trials += 1;
      store = wrap(stores.of(`trial-${trials}`));
      const exchanges: Exchange[] = [];
      const known = { runs: [] as string[], artifacts: [] as string[], packs: [] as string[] };
      const lists = { createRun: known.runs, createArtifact: known.artifacts, createPack: known.packs };
      let tick = 0;

      async function exchange(client: number, intent: Intent): Promise<void> {
        const command = intent({ ...known, comingId: (ahead) => idOf(made + ahead) });
        const id = `${trials}-${client}-${tick}`;
        tick += 1;
        const invoked = tick;
        const answer = await send(port, agents[client] as Agent, id, command);
        tick += 1;
        exchanges.push({ id, command, answer, invoked, returned: tick });
        if (answer.status === 201) lists[command.kind as keyof typeof lists].push(answer.body.id as string);
      }

      await exchange(0, () => ({ kind: 'createRun', body: { name: 'shared', owner: 'team-a' } }));
      await Promise.all(
        script.map(async (intents, client) => {
          for (const intent of intents) await exchange(client, intent);
        }),
      );
      for (const intent of finalReads(known)) await exchange(0, intent);
      return { exchanges, events: await allEvents(store) };
    },
    async close() {
      for (const agent of agents) agent.destroy();
      await app.close();
      await stores.close();
    },
  };
}

function finalReads({ runs }: Pick<Known, 'runs'>): Intent[] {
  return [
    () => ({ kind: 'listRuns' }),
    () => ({ kind: 'listArtifacts' }),
    () => ({ kind: 'listPacks' }),
    ...runs.flatMap((run_id): Intent[] => [
      () => ({ kind: 'getManifest', run_id }),
      () => ({ kind: 'getGate', run_id }),
    ]),
  ];
}

async function allEvents(store: TenantStores): Promise<MaestroEvent[]> {
  const all: MaestroEvent[] = [];
  let cursor: string | null = null;
  for (;;) {
    const page: Awaited<ReturnType<TenantStores['events']['after']>> = await store.events.after(cursor, 7);
    if (page.events.length === 0) return all;
    all.push(...page.events);
    cursor = page.cursor;
  }
}

const PATHS: Record<Command['kind'], (command: Command & Record<string, unknown>) => string> = {
  createRun: () => 'POST runs',
  updateRun: ({ run_id }) => `PATCH runs/${run_id}`,
  createArtifact: () => 'POST artifacts',
  createPack: () => 'POST disclosure-packs',
  getRun: ({ run_id }) => `GET runs/${run_id}`,
  getGate: ({ run_id }) => `GET runs/${run_id}/release-gate`,
  enforceGate: ({ run_id }) => `GET runs/${run_id}/release-gate?enforce=true`,
  getManifest: ({ run_id }) => `GET runs/${run_id}/manifest`,
  getArtifact: ({ artifact_id }) => `GET artifacts/${artifact_id}`,
  getPack: ({ pack_id }) => `GET disclosure-packs/${pack_id}`,
  listRuns: ({ status }) => `GET runs${status === undefined ? '' : `?status=${status}`}`,
  listArtifacts: ({ run_id }) => `GET artifacts${run_id === undefined ? '' : `?run_id=${run_id}`}`,
  listPacks: ({ run_id }) => `GET disclosure-packs${run_id === undefined ? '' : `?run_id=${run_id}`}`,
};

function send(port: number, agent: Agent, id: string, command: Command): Promise<Answer> {
  const [method = '', path = ''] = PATHS[command.kind](command as never).split(' ');
  const body = 'body' in command ? JSON.stringify(command.body) : undefined;
  const headers = { 'x-request-id': id, ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, agent, method, path: `/maestro/${path}`, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => {
        text += part;
      });
      response.on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) }));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
