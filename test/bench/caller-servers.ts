// Servers with some runs in store: one that asks for no credentials, and others with one API token or many.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRun, spread } from './seed.ts';
import { PRODUCTION, type ServerProcess, startServer } from './server-process.ts';
import { sendEach, type Target } from './traffic.ts';

export type Environment = Record<string, string>;
export type Serving = {
  server: ServerProcess;
  /** GET run, of up to 100 runs, without a token. */
  runs: Target[];
};

const ADMIN_TOKEN = 'admin-token-of-the-benchmarks-0123456789';

// Filling a server loads the machine; that is not what is measured.
const PATIENT = { MAX_EVENT_LOOP_DELAY_MS: '60000' };

/** With so many runs in store. */
export async function startOpen(runs: number, environment: Environment): Promise<Serving> {
  const server = await startServer([PRODUCTION], { ...PATIENT, ...environment, AUTH: 'none' });
  return { server, runs: await createRuns(server, runs) };
}

/** The same with an admin token, and the ID tokens that `authFile` grants something. `folder` is for files. */
export async function startRequired(
  runs: number,
  { folder, authFile }: { folder: string; authFile: string },
  environment: Environment,
): Promise<Serving> {
  const [ADMIN_TOKEN_FILE, AUTH_FILE] = [join(folder, 'admin-token'), join(folder, 'auth.json')];
  writeFileSync(ADMIN_TOKEN_FILE, ADMIN_TOKEN, { mode: 0o600 });
  writeFileSync(AUTH_FILE, authFile);
  const required = { AUTH: 'required', ADMIN_TOKEN_FILE, AUTH_FILE };
  const server = await startServer([PRODUCTION], { ...PATIENT, ...environment, ...required });
  return { server, runs: await createRuns(server, runs, ADMIN_TOKEN) };
}

/** Creates so many API tokens, and returns the text of one that has as many before it as after it. */
export async function createTokens({ server: { port } }: Serving, count: number): Promise<string> {
  const before = Math.floor((count - 1) / 2);
  await createUnused(port, before);
  const token = await createToken(port);
  await createUnused(port, count - 1 - before);
  return token;
}

async function createRuns({ port }: ServerProcess, count: number, bearer?: string): Promise<Target[]> {
  const create = (index: number) => ({ ...createRun(index), ...(bearer === undefined ? {} : { bearer }) });
  const ids = await sendEach(port, count, create);
  return spread(ids).map((id) => ({ method: 'GET', path: `/maestro/runs/${id}` }));
}

const TOKENS = '/maestro/tokens';
const newToken = (index: number) => JSON.stringify({ name: `pipeline ${index}`, roles: ['reporter'] });

async function createUnused(port: number, count: number): Promise<void> {
  if (count === 0) return;
  await sendEach(port, count, (index) => ({
    ...{ method: 'POST', path: TOKENS, body: newToken(index) },
    bearer: ADMIN_TOKEN,
  }));
}

async function createToken(port: number): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}${TOKENS}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' },
    body: newToken(0),
  });
  if (response.status !== 201) throw new Error(`POST ${TOKENS}: ${response.status} ${await response.text()}`);
  return ((await response.json()) as { token: string }).token;
}
