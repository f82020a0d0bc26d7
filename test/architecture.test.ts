// Who may import whom: the rows of docs/architecture.md. A folder without a row fails.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const SRC = join(ROOT, 'src');

/** Folders (with a slash at the end) and files in src, and packages, that a room may import. `node:` is every module of Node. */
type Rooms = Record<string, readonly string[]>;

const PURE = ['domain/', 'json/'];
const FASTIFY = ['fastify', 'fastify/types/schema.js', 'fastify-type-provider-zod'];
const EDGE = [...PURE, 'http/', 'jobs/', 'outbound/', 'store/*', 'zod', 'node:', ...FASTIFY];

/** Folders of capabilities: each exports from `capability.ts` what it adds. */
const CAPABILITIES = readdirSync(SRC).filter(
  (name) => existsSync(join(SRC, name, 'capability.ts')) && name !== 'start',
);

/** What a capability may import that has no row of its own, and whose stores drivers may know. */
const OF_CAPABILITIES: Rooms = Object.fromEntries(CAPABILITIES.map((name) => [`${name}/`, [...EDGE, `${name}/`]]));
const THEIR_STORES = CAPABILITIES.map((name) => `${name}/store.ts`);

/** The rows of the page. */
const ROWS: Rooms = {
  'json/': ['json/', 'domain/errors.ts', 'zod'],
  'domain/': [...PURE, 'zod'],
  'http/': [
    ...['http/', 'json/', 'domain/errors.ts', 'domain/bounds.ts', 'domain/page.ts', 'domain/idempotency.ts'],
    'domain/setting.ts',
    ...['zod', 'node:', 'pino', '@fastify/helmet', ...FASTIFY],
  ],
  'openapi/': ['openapi/', 'http/', ...PURE, '@fastify/helmet', '@fastify/swagger', '@fastify/swagger-ui', ...FASTIFY],
  'routes/': [...EDGE, 'routes/'],
  'store/': [...PURE, 'store/*', 'node:', 'zod'],
  'store/memory/': ['zod', ...PURE, 'store/*', 'store/memory/', ...THEIR_STORES, 'jobs/work.ts'],
  'store/postgres/': ['zod', ...PURE, 'store/*', 'store/postgres/', ...THEIR_STORES, 'jobs/work.ts', 'node:', 'pg'],
  'store/embedded/': [...PURE, 'store/*', 'store/embedded/', 'store/postgres/', 'node:', 'pg'],
  'jobs/': ['jobs/', 'zod', ...PURE, 'store/*'],
  'outbound/': ['outbound/', 'domain/errors.ts', 'undici', 'node:'],
  'auth/': [...EDGE, 'auth/', 'jose', 'js-yaml'],
  'blobs/': [
    ...[...EDGE, 'blobs/'],
    ...['@aws-sdk/client-s3', '@aws-sdk/lib-storage', '@aws-sdk/s3-request-presigner'],
  ],
  'evidence/': [
    ...[...EDGE, 'evidence/', '@cyclonedx/cyclonedx-library', 'ajv', 'ajv/dist/types/index.js', 'ajv-formats'],
    ...['ajv-formats/dist/formats.js', 'js-yaml', 'libxml2-wasm/lib/libxml2raw.mjs', 'saxes'],
  ],
  'trust/': [
    ...[...EDGE, 'trust/', '@sigstore/bundle', '@sigstore/core', '@sigstore/protobuf-specs', '@sigstore/verify'],
    ...['@noble/curves/nist.js', 'js-yaml'],
  ],
  'maestro.ts': ['routes/', 'http/', ...FASTIFY],
  'start/': ['', 'node:', 'zod', 'close-with-grace', 'pino-pretty', 'uuid', ...FASTIFY],
  'server.ts': ['start/', 'node:'],
};

const ROOMS: Rooms = { ...OF_CAPABILITIES, ...ROWS };

type Import = { from: string; to: string };

const IMPORT = /^(?:import|export)\s+(?:type\s)?[^'"]*?from\s+['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]/gm;

function importsOf(file: string): Import[] {
  const path = join(SRC, file);
  return [...readFileSync(path, 'utf8').matchAll(IMPORT)].map(([, from, dynamic]) => {
    const name = from ?? dynamic ?? '';
    return { from: file, to: name.startsWith('.') ? relative(SRC, join(dirname(path), name)) : name };
  });
}

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !file.includes('node_modules/'),
  );
}

/** The row of the longest folder that holds the file. */
function roomOf(file: string): string | undefined {
  return Object.keys(ROOMS)
    .filter((room) => file === room || (room.endsWith('/') && file.startsWith(room)))
    .sort((a, b) => b.length - a.length)[0];
}

function isAllowed({ to }: Import, allowed: readonly string[]): boolean {
  const isOurs = to.endsWith('.ts') && !to.startsWith('node:');
  return allowed.some((one) => {
    if (!isOurs) return one === 'node:' ? to.startsWith(one) : to === one;
    if (one.endsWith('/*')) return dirname(to) === one.slice(0, -2);
    return to === one || one === '' || (one.endsWith('/') && to.startsWith(one));
  });
}

/** Groups of files that import each other, directly or through others (Tarjan's strongly connected components). */
function cyclesIn(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const path: string[] = [];
  const cycles: string[][] = [];
  const visit = (file: string): number => {
    order.set(file, order.size);
    let low = order.get(file) as number;
    path.push(file);
    for (const to of graph.get(file) ?? []) {
      if (!order.has(to)) low = Math.min(low, visit(to));
      else if (path.includes(to)) low = Math.min(low, order.get(to) as number);
    }
    lowest.set(file, low);
    if (low === order.get(file)) {
      const group = path.splice(path.indexOf(file));
      if (group.length > 1 || graph.get(file)?.includes(file)) cycles.push(group.sort());
    }
    return low;
  };
  for (const file of graph.keys()) if (!order.has(file)) visit(file);
  return cycles;
}

const files = filesUnder(SRC);

describe('the architecture', () => {
  it('has a row for every file', () => {
    expect(files.length).toBeGreaterThan(20);
    expect(files.filter((file) => roomOf(file) === undefined)).toEqual([]);
  });

  it.each(Object.keys(ROOMS))('lets %s import only what its row allows', (room) => {
    const imports = files.filter((file) => roomOf(file) === room).flatMap(importsOf);
    expect(imports.filter((one) => !isAllowed(one, ROOMS[room] ?? []))).toEqual([]);
  });

  it('is the table of docs/architecture.md, row by row', () => {
    const page = readFileSync(join(ROOT, 'docs/architecture.md'), 'utf8');
    const rows = [...page.matchAll(/^\| ((?:`[^`]+`(?:, )?)+) \|/gm)].flatMap(([, cell = '']) => cell.split(', '));
    const named = rows.map((name) => name.replaceAll('`', ''));
    expect(Object.keys(ROWS).filter((room) => !named.includes(room))).toEqual([]);
  });

  it('sees an import that its row does not allow', () => {
    const may = (room: string, to: string) => isAllowed({ from: '', to }, ROOMS[room] ?? []);
    expect(may('domain/', 'node:fs')).toBe(false);
    expect(may('domain/', 'store/runs.ts')).toBe(false);
    expect(may('routes/', 'store/store.ts')).toBe(true);
    expect(may('routes/', 'store/postgres/pool.ts')).toBe(false);
    expect(may('routes/', 'blobs/store.ts')).toBe(false);
    expect(may('blobs/', 'evidence/plugin.ts')).toBe(false);
    expect(may('http/', 'domain/run/run.ts')).toBe(false);
    expect(may('server.ts', 'domain/errors.ts')).toBe(false);
    expect(importsOf('store/memory/sorted-lists.ts').map((one) => one.to)).toContain('domain/page.ts');
  });

  it('has no cycle of imports, imports of types included', () => {
    const graph = new Map(files.map((file) => [file, importsOf(file).map((one) => one.to)]));
    expect(cyclesIn(graph)).toEqual([]);
  });

  it('sees a cycle of imports, however long', () => {
    const loop = new Map([
      ['a', ['b', 'x']],
      ['b', ['c']],
      ['c', ['a']],
      ['x', ['b']],
      ['alone', ['a']],
      ['itself', ['itself']],
    ]);
    expect(cyclesIn(loop)).toEqual([['a', 'b', 'c', 'x'], ['itself']]);
  });

  it('reads the clock and makes ids where the process is composed, and touches the process in a few files', () => {
    const code = (file: string) => readFileSync(join(SRC, file), 'utf8').replaceAll(/\/\/.*|\/\*\*[\s\S]*?\*\//g, '');
    const guilty = (pattern: RegExp) => files.filter((file) => pattern.test(code(file))).sort();
    const clocks = guilty(/Date\.now\(|new Date\(\)|Math\.random|randomUUID|uuid/);
    expect(clocks.filter((file) => !file.startsWith('start/'))).toEqual([]);
    expect(guilty(/\bprocess\./)).toEqual(TOUCH_THE_PROCESS);
  });

  it('names a tenant or an actor who calls only where the process is composed', () => {
    const code = (file: string) => readFileSync(join(SRC, file), 'utf8').replaceAll(/\/\/.*|\/\*\*[\s\S]*?\*\//g, '');
    const guilty = (pattern: RegExp) => files.filter((file) => !file.startsWith('start/') && pattern.test(code(file)));
    // The type of an actor, of which events of earlier versions hold the word, too.
    expect(guilty(/['"`](default|anonymous)['"`]|\bANONYMOUS\b/).sort()).toEqual(NAME_AN_ACTOR);
    // What handles requests is handed the stores of their tenant, and opens none itself.
    const handles = (file: string) => /from 'fastify(-type-provider-zod)?'/.test(code(file));
    const opens = (file: string) => /\bstores\??\.of\(|\bblobs\??\.open\(/.test(code(file));
    expect(files.filter((file) => handles(file) && opens(file)).sort()).toEqual(OPEN_A_TENANT);
  });

  it('has named exports only, no classes but errors, and no index or catch-all files', () => {
    const text = (file: string) => readFileSync(join(SRC, file), 'utf8');
    expect(files.filter((file) => /^export default/m.test(text(file)))).toEqual([]);
    const classes = files.filter((file) => /^(export )?class /m.test(text(file)));
    expect(classes).toEqual(['domain/errors.ts', 'evidence/unreadable.ts']);
    const names = /(^|\/)(index|utils?|helpers?|common|types|service|manager)\.ts$/;
    expect(files.filter((file) => names.test(file))).toEqual([]);
  });

  it('has two loose files, files of 200 lines at most, and lines of 130 columns', () => {
    expect(files.filter((file) => !file.includes('/')).sort()).toEqual(['maestro.ts', 'server.ts']);
    const lines = (file: string) => readFileSync(join(SRC, file), 'utf8').trimEnd().split('\n');
    const isData = (file: string) => file.endsWith('-schema.ts') || file.startsWith('openapi/examples/');
    const code = files.filter((file) => !isData(file));
    expect(code.filter((file) => lines(file).length > 200)).toEqual([]);
    // A digest or a pattern cannot be broken.
    const isLong = (line: string) => line.length > 130 && !/\S{90}/.test(line);
    expect(code.filter((file) => lines(file).some(isLong))).toEqual([]);
  });
});

const OPEN_A_TENANT = ['start/compose.ts', 'start/request-context.ts'];
const NAME_AN_ACTOR = ['domain/event/actor.ts', 'domain/idempotency.ts', 'openapi/examples/callers.ts'];

// embedded.ts runs a process of its own, which postmaster.ts looks at and ends; worker.ts is the entry of one.
const TOUCH_THE_PROCESS = [
  'evidence/workers/worker.ts',
  'server.ts',
  'store/embedded/embedded.ts',
  'store/embedded/postmaster.ts',
];

describe('the tests', () => {
  const BESIDE = /^(system\/|bench\/|architecture\.test\.ts$)/;
  const tests = filesUnder(join(ROOT, 'test')).filter((file) => file.endsWith('.test.ts'));

  it('mirror the sources path by path', () => {
    const strays = tests
      .filter((file) => !BESIDE.test(file))
      .filter((file) => !existsSync(join(SRC, file.replace('.test.ts', '.ts'))));
    expect(strays).toEqual([]);
  });

  // What several readers of documents share is tested through them; an interface has no code, and
  // recorded examples are compared with what the server answers.
  const readers = importsOf('evidence/formats.ts').map(({ to }) => to);
  const isShared = (file: string) => file.startsWith('evidence/formats/') && !readers.includes(file);
  const isRecorded = (file: string) => /^openapi\/examples\/(?!example)/.test(file);
  // What a capability adds is tested where it is joined with the others.
  const isEntry = (file: string) => file !== 'start/capability.ts' && file.endsWith('/capability.ts');
  const INTERFACES = [
    ...['domain/evidence/signed.ts', 'blobs/store.ts', 'evidence/readers.ts'],
    ...['auth/principal.ts', 'auth/store.ts', 'auth/token-events.ts'],
    ...['evidence/reading.ts', 'evidence/store.ts', 'jobs/work.ts'],
    ...['artifacts', 'contents', 'event-archives', 'event-cursors', 'events', 'packs', 'runs', 'store'].map(
      (name) => `store/${name}.ts`,
    ),
  ];

  it('leave out no source file that holds code', () => {
    const untested = files
      .filter((file) => !tests.includes(file.replace('.ts', '.test.ts')))
      .filter((file) => !isShared(file) && !isRecorded(file) && !isEntry(file));
    expect(untested.sort()).toEqual(INTERFACES.sort());
  });
});
