// The servers that are asked, each with settings of its own, and all that they are asked.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startMaestro } from './processes.ts';
import { artifacts, packs } from './recorded-artifacts.ts';
import { callers } from './recorded-callers.ts';
import { everyBody, everywhere, hanging } from './recorded-everywhere.ts';
import { assertedGates, inspections, verifiedGates } from './recorded-evidence.ts';
import { edge, limited, placeless, rows } from './recorded-refusals.ts';
import { runs } from './recorded-runs.ts';
import { DOCUMENTS, play, type Recorded, type Step } from './recordings.ts';

/** What servers are started on: new databases, or null for the memory store, and new folders. */
export type Store = { database: (() => Promise<string>) | null; folder(): string };

type Asked = {
  settings(folder: string): Record<string, string>;
  steps: Step[];
  /** On which store, where the other has no such case. */
  only?: 'memory' | 'database';
};

/** Whatever is answered is answered on a busy machine, too. */
export const PATIENT = {
  ...{ STATEMENT_TIMEOUT_MS: '60000', DATABASE_CONNECT_TIMEOUT_MS: '60000' },
  ...{ HANDLER_TIMEOUT_MS: '120000', EVIDENCE_TIMEOUT_MS: '600000' },
};

const trusting = (folder: string, trust: object) => {
  const TRUST_FILE = join(folder, 'trust.json');
  writeFileSync(TRUST_FILE, JSON.stringify(trust));
  return { TRUST_FILE };
};

const SERVERS: Record<string, Asked> = {
  asserted: {
    settings: (folder) => ({ ...trusting(folder, DOCUMENTS.trust), BLOB_URL: `file:${folder}/content` }),
    steps: [...runs, ...artifacts, ...packs, ...assertedGates, ...inspections, ...edge, ...callers],
  },
  verified: {
    settings: (folder) => ({
      ...trusting(folder, DOCUMENTS.trust_without_version),
      ...{ BLOB_URL: `file:${folder}/content`, GATE_MINIMUM_LEVEL: 'verified' },
    }),
    steps: verifiedGates,
  },
  limited: {
    settings: (folder) => ({
      ...{ BLOB_URL: `file:${folder}/content`, CONTENT_MIN_FREE_BYTES: String(1024 ** 4), CONTENT_LIMIT: '1500' },
      ...{ REQUIRE_IF_MATCH: 'true', MAX_ARTIFACTS_PER_RUN: '1', BODY_LIMIT_BYTES: '1024', EVIDENCE_LIMIT: '1024' },
      GATE_MINIMUM_LEVEL: 'parsed',
    }),
    steps: [...limited, ...everyBody],
  },
  hurried: {
    settings: () => ({ REQUEST_TIMEOUT_MS: '3000', CONTENT_IDLE_TIMEOUT_MS: '3000' }),
    ...{ steps: [...rows, ...everywhere, ...hanging], only: 'memory' },
  },
  // The memory store brings a content store along.
  placeless: { settings: () => ({}), steps: placeless, only: 'database' },
};

/** The names of those that are asked on a store. */
export const serversOn = (store: 'memory' | 'database'): string[] =>
  Object.keys(SERVERS).filter((name) => (SERVERS[name]?.only ?? store) === store);

/** What all servers on a store answer. */
export async function recordAll({ database, folder }: Store): Promise<Recorded[]> {
  const recorded = serversOn(database === null ? 'memory' : 'database').map(async (name) => {
    const { settings, steps } = SERVERS[name] as Asked;
    const own = folder();
    const server = await startMaestro((await database?.()) ?? '', { ...PATIENT, ...settings(own) });
    const answers = await play({ name, url: server.url, folder: join(own, 'content') }, steps);
    await server.stop('SIGKILL');
    return answers;
  });
  return (await Promise.all(recorded)).flat();
}
