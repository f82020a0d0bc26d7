// The page on callers: its commands, run as they stand there by a shell beside the compiled server, and its tables.
import { chmodSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { permissionsOf, ROLES, type Role } from '../../src/auth/role.ts';
import { PERMISSIONS, type Permission } from '../../src/domain/permission.ts';
import { PROBLEMS } from '../../src/http/problem.ts';
import { declaredRoutes } from '../helper.ts';
import { freePort } from '../postgres.ts';
import { blocksOf, lacks, ROOT, runSession, type Step, sectionOf, stepsOf } from '../walk-through.ts';
import { newFolder, removeFolders } from './documents-sent.ts';

const PAGE = readFileSync(join(ROOT, 'docs', 'callers.md'), 'utf8');
const KEYLESS = readFileSync(join(ROOT, 'docs', 'keyless-ci.md'), 'utf8');

afterAll(removeFolders);

const SERVES = / node dist\/server\.js$/;

// What a reader starts in a terminal of its own.
function inBackground({ command, promised }: Step): Step {
  const started = `${command} > server.log 2>&1 &
SERVER=$!
until curl -sf -o /dev/null localhost:8001/ready; do
  kill -0 "$SERVER" || { cat server.log >&2; exit 1; }
  sleep 0.1
done`;
  return { command: SERVES.test(command) ? started : command, promised };
}

/** Runs the commands of sections in a folder of their own, where `dist` is that of the checkout. */
async function runSections(headings: readonly string[], environment: NodeJS.ProcessEnv = {}) {
  const folder = newFolder();
  // PostgreSQL does not run as root.
  chmodSync(folder, 0o755);
  symlinkSync(join(ROOT, 'dist'), join(folder, 'dist'));
  const port = await freePort();
  const enter = `cd '${folder}'\ntrap 'kill "$SERVER" && wait "$SERVER"' EXIT`;
  const steps = headings.flatMap((heading) => stepsOf(sectionOf(PAGE, heading)));
  const all = [{ command: enter, promised: '' }, ...steps.map(inBackground)];
  const settings = { PORT: String(port), HOST: 'localhost', SHUTDOWN_WAIT_MS: '0', ...environment };
  return { ...(await runSession(all, port, settings)), steps: all };
}

async function expectPromises(headings: readonly string[]): Promise<void> {
  const { code, outputs, stderr, steps } = await runSections(headings);
  expect(outputs, stderr).toEqual(steps.map(({ promised }) => promised));
  expect(code, stderr).toBe(0);
}

const WITH_DATABASE = ['## The first token', '## A token for a pipeline', '## Owners', '## Rotation', '## Revocation'];
const WITHOUT = ['## Without a database'];

describe.skipIf(lacks('bash', 'curl', 'jq', 'openssl'))('the commands of the page on callers', () => {
  it('lead from the first token of a database to a pipeline token that is rotated and revoked', () =>
    expectPromises(WITH_DATABASE));

  it('lead from a secret in a file to a caller of the memory store', () => expectPromises(WITHOUT));

  it('are all run by these tests', () => {
    const run = [...WITH_DATABASE, ...WITHOUT].flatMap((heading) => stepsOf(sectionOf(PAGE, heading)));
    expect(run.length).toBeGreaterThan(8);
    expect(run.map(({ command }) => command)).toEqual(
      blocksOf(PAGE).flatMap(({ language, code }) => (language === 'sh' ? [code] : [])),
    );
    expect(blocksOf(KEYLESS).filter(({ language }) => language === 'sh')).toEqual([]);
  });

  it('would not be believed if a server had not started', async () => {
    const { code, stderr } = await runSections(WITHOUT, { AUTH_FILE: 'none.yaml' });
    expect(code).toBe(1);
    expect(stderr).toContain('AUTH_FILE');
  });
});

describe('the tables of the page on callers', () => {
  /** The rows of the first table in a text, without its head. */
  const rowsIn = (section: string) =>
    section.split('\n').flatMap((line) => (/^\| `/.test(line) ? [line.slice(2, -2).split(' | ')] : []));
  const wordsIn = (cell = '') => [...cell.matchAll(/`([^`]+)`/g)].map(([, word = '']) => word);
  const isRole = (word: string): word is Role => (ROLES as readonly string[]).includes(word);

  it('say what each role permits, and no more', () => {
    const rows = rowsIn(sectionOf(PAGE, '## Roles'));
    expect(rows.map(([role]) => wordsIn(role)[0])).toEqual(ROLES);
    const named = (word: string): string[] => (isRole(word) ? [...permissionsOf([word])] : [word]);
    let seen = 0;
    for (const [role, cell] of rows) {
      const permitted = [...permissionsOf(wordsIn(role).filter(isRole))];
      expect(wordsIn(cell).flatMap(named).sort(), role).toEqual([...permitted].sort());
      seen += permitted.length;
    }
    expect(seen).toBeGreaterThan(Object.keys(PERMISSIONS satisfies Record<Permission, string>).length);
  });

  it('have every code with which a caller is refused, with its status', () => {
    const here = rowsIn(sectionOf(PAGE, '## Refusals')).map(([code, status]) => [wordsIn(code)[0], Number(status)]);
    const there = rowsIn(sectionOf(KEYLESS, '## Refusals')).flatMap(([codes]) => wordsIn(codes));
    for (const [code, status] of here) expect(PROBLEMS).toHaveProperty(`${code}.status`, status);
    const ofHosts = ['cross_site_request', 'host_not_allowed'];
    const ofCallers = Object.entries(PROBLEMS).flatMap(([code, { status }]) =>
      [401, 403, 429].includes(status) || /^token_|^issuer_/.test(code) ? [code] : [],
    );
    expect([...here.map(([code]) => code), ...there, ...ofHosts].sort()).toEqual(ofCallers.sort());
    expect(there.length).toBeGreaterThan(20);
  });

  it('leave no path out that needs no credential', async () => {
    const [, paths = ''] = /^(.*) need no credential\.$/m.exec(PAGE) ?? [];
    const open = (await declaredRoutes()).filter(({ method, permission }) => method === 'GET' && permission === 'none');
    expect(open.length).toBeGreaterThan(2);
    // The documentation declares its own routes.
    expect(wordsIn(paths)).toEqual(expect.arrayContaining(open.map(({ url }) => url.replace(/(?<=.)\/$/, ''))));
    const { paths: needing } = JSON.parse(readFileSync(join(ROOT, 'docs', 'openapi.json'), 'utf8'));
    expect(Object.keys(needing).length).toBeGreaterThan(10);
    for (const path of wordsIn(paths).filter((one) => one in needing))
      expect(needing[path].get.responses, path).not.toHaveProperty('401');
  });
});
