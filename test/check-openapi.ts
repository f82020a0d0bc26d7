// `make check-openapi`: docs/openapi.json under two linters, and two generated clients that do the README's walk-through.
// The tools have a folder and a lockfile of their own: the service needs none of them.
import { strict as assert } from 'node:assert';
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { SBOM_TEXT } from '../src/openapi/examples/story.ts';
import { ROOT, startServer } from './walk-through.ts';

const TOOLS = join(ROOT, 'test', 'openapi-tools');
const DOCUMENT = join(ROOT, 'docs', 'openapi.json');
const SOURCES = ['package.json', 'tsconfig.json', 'story.ts', 'types.ts', 'with-hey-api.ts', 'with-openapi-fetch.ts'];
const bin = (name: string) => join(TOOLS, 'node_modules', '.bin', name);

// Neither is to tell anyone that it was run, or to look for a newer version of itself.
const env = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true', DO_NOT_TRACK: '1' };

function run(program: string, args: string[], cwd = TOOLS): void {
  execFileSync(program, args, { cwd, env, stdio: ['ignore', 'inherit', 'inherit'] });
}

/** Fails on errors and on warnings. */
function lint(): void {
  const { stdout, stderr } = spawnSync(bin('redocly'), ['lint', '--format', 'json', DOCUMENT], {
    cwd: TOOLS,
    env,
    encoding: 'utf8',
  });
  const found = /^\{[\s\S]*^\}/m.exec(stdout)?.[0];
  if (found === undefined) throw new Error(`redocly said nothing: ${stderr}`);
  const { totals, problems } = JSON.parse(found) as {
    totals: { errors: number; warnings: number };
    problems: object[];
  };
  process.stdout.write(`redocly: ${totals.errors} errors, ${totals.warnings} warnings\n`);
  if (totals.errors + totals.warnings > 0) throw new Error(JSON.stringify(problems, null, 2));
  run(bin('spectral'), ['lint', '--fail-severity', 'hint', DOCUMENT]);
}

/** Generates both clients into `folder`, and compiles them with what uses them. */
function generate(folder: string): void {
  for (const source of SOURCES) cpSync(join(TOOLS, source), join(folder, source));
  symlinkSync(join(TOOLS, 'node_modules'), join(folder, 'node_modules'));
  run(bin('openapi-typescript'), [DOCUMENT, '-o', join(folder, 'openapi-typescript.d.ts')], folder);
  const [node, ...before] = nodeOfHeyApi();
  const args = ['-i', DOCUMENT, '-o', join(folder, 'hey-api'), '-c', '@hey-api/client-fetch'];
  run(node, [...before, join(TOOLS, 'node_modules', '@hey-api', 'openapi-ts', 'bin', 'run.js'), ...args], folder);
  run(bin('tsc'), ['-p', folder], folder);
}

// @hey-api/openapi-ts asks for Node.js 22.18; what it generates does not.
function nodeOfHeyApi(): [string, ...string[]] {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  return major > 22 || (major === 22 && minor >= 18) ? [process.execPath] : ['npx', '-y', 'node@24'];
}

async function walkThroughs(folder: string): Promise<void> {
  for (const client of ['with-openapi-fetch', 'with-hey-api']) {
    const { walkThrough } = await import(pathToFileURL(join(folder, 'out', `${client}.js`)).href);
    const server = await startServer();
    try {
      const found = await walkThrough({ baseUrl: `http://localhost:${server.port}`, sbom: SBOM_TEXT });
      assert.deepEqual(found, EXPECTED, client);
    } finally {
      await server.stop();
    }
    process.stdout.write(`${client}: the walk-through is done\n`);
  }
}

const EXPECTED = {
  started: 'pending',
  blocked: { passed: false, reasons: ['run_not_succeeded', 'no_compliant_artifact'] },
  refusal: [409, 'urn:maestro:problem:release_blocked'],
  sameBytes: true,
  mediaType: 'application/vnd.cyclonedx+json',
  purl: 'pkg:npm/payment-api@2.4.1',
  inspected: ['read', 'cyclonedx-json'],
  finished: ['succeeded', 1.42],
  passed: true,
  contents: ['content_not_sent', null],
  summary: { total_artifacts: 2, compliant_artifacts: 1 },
  invalid: [422, '/limit'],
};

lint();
mkdirSync(join(ROOT, 'dist'), { recursive: true });
const folder = mkdtempSync(join(ROOT, 'dist', 'clients-'));
try {
  generate(folder);
  await walkThroughs(folder);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.stdout.write('check-openapi: DONE ✓\n');
