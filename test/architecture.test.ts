// Who may import whom, as docs/architecture.md lays it down. A new folder without a row here fails.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const SRC = join(ROOT, 'src');

type Rule = {
  /** Prefixes of files in src, or names of packages, that may be imported. */
  may: string[];
  /** The same, where only types are. */
  mayTypes?: string[];
};

const CORE: Rule = {
  may: ['domain/', 'deps.ts', 'problem.ts', 'public-url.ts', 'request-headers.ts', 'responses.ts', 'zod'],
  mayTypes: ['fastify', 'fastify-type-provider-zod'],
};

const PARSERS = [
  '@cyclonedx/cyclonedx-library',
  'ajv',
  'ajv/dist/types/index.js',
  'ajv-formats',
  'ajv-formats/dist/formats.js',
  'js-yaml',
  'libxml2-wasm/lib/libxml2raw.mjs',
  'saxes',
];

const VERIFIERS = [
  '@sigstore/bundle',
  '@sigstore/protobuf-specs',
  '@sigstore/verify',
  '@noble/curves/nist.js',
  'js-yaml',
];

const S3_SDK = ['@aws-sdk/client-s3', '@aws-sdk/lib-storage', '@aws-sdk/s3-request-presigner'];

// The longest prefix that fits a file is its row.
const RULES: Record<string, Rule> = {
  'domain/': { may: ['domain/', 'zod'] },
  'store/': { may: ['domain/', 'store/', 'make-folders.ts', 'node:', 'pg'] },
  'routes/': { ...CORE, may: [...CORE.may, 'routes/', 'waiting.ts'] },
  // A feature: what it takes and gives are streams, and its own packages are those of places for bytes.
  'blobs/': {
    ...CORE,
    may: [...CORE.may, 'blobs/', 'make-folders.ts', 'stopping.ts', 'time-limit.ts', 'waiting.ts', 'node:', ...S3_SDK],
    mayTypes: [...(CORE.mayTypes ?? []), 'store/store.ts'],
  },
  'evidence/': {
    ...CORE,
    may: [...CORE.may, 'evidence/', 'time-limit.ts', 'waiting.ts', 'node:', ...PARSERS],
    mayTypes: [...(CORE.mayTypes ?? []), 'store/store.ts'],
  },
  // What reads documents knows nothing of it: it is handed a function.
  'trust/': {
    ...CORE,
    may: [...CORE.may, 'trust/', 'node:', ...VERIFIERS],
    mayTypes: [...(CORE.mayTypes ?? []), 'store/store.ts'],
  },
  'health.ts': { ...CORE, may: [...CORE.may, 'try-writes.ts'] },
  'try-writes.ts': { may: ['domain/errors.ts', 'write-probe.ts'] },
  'write-probe.ts': { may: ['time-limit.ts'] },
  'time-limit.ts': { may: [] },
  'throttled-log.ts': { may: [] },
  'deps.ts': {
    may: [],
    mayTypes: [
      'fastify',
      'domain/evidence.ts',
      'domain/flags.ts',
      'public-url.ts',
      'store/store.ts',
      'blobs/store.ts',
      'trust/trust.ts',
      'try-writes.ts',
    ],
  },
  'version.ts': { ...CORE, may: [...CORE.may, 'trust/trust.ts', 'node:fs'] },
  'home.ts': { ...CORE, may: [...CORE.may, 'home-page.ts', 'request-target.ts', 'version.ts'] },
  'home-page.ts': { may: [] },
  'public-url.ts': { may: [] },
  'request-target.ts': { may: [], mayTypes: ['node:http'] },
  'host-guard.ts': { may: ['domain/', 'request-target.ts'], mayTypes: ['fastify', 'node:net', 'public-url.ts'] },
  'cross-site.ts': { may: ['domain/', 'request-target.ts'], mayTypes: ['fastify', 'public-url.ts'] },
  'problem.ts': { may: ['domain/', 'zod'] },
  'responses.ts': { may: ['domain/', 'problem.ts', 'zod'] },
  'json-body.ts': { may: ['domain/', 'node:buffer'] },
  'receive-body.ts': { may: [], mayTypes: ['node:stream'] },
  'zod-compilers.ts': { may: ['domain/', 'json-body.ts', 'zod'], mayTypes: ['fastify', 'fastify/types/schema.js'] },
  'known-routes.ts': { may: ['domain/', 'zod'], mayTypes: ['fastify'] },
  'examples/': { may: ['examples/', 'problem.ts'], mayTypes: ['domain/'] },
  'openapi/': { may: ['openapi/', 'examples/'] },
  'listen.ts': { may: ['domain/', 'let-go.ts', 'linger.ts', 'problem.ts', 'node:'], mayTypes: ['fastify', 'deps.ts'] },
  'let-go.ts': { may: ['node:'], mayTypes: ['deps.ts'] },
  'linger.ts': { may: ['node:'] },
  'openapi.ts': {
    may: ['openapi/', 'version.ts', '@fastify/swagger', '@fastify/swagger-ui', 'fastify-type-provider-zod'],
    mayTypes: ['fastify', 'public-url.ts'],
  },
  'features.ts': { may: ['blobs/plugin.ts', 'evidence/plugin.ts', 'trust/plugin.ts'], mayTypes: ['deps.ts'] },
  'maestro.ts': { may: ['routes/', 'deps.ts'], mayTypes: ['fastify'] },
  'config.ts': { may: ['public-url.ts', 'zod'] },
  'config-warnings.ts': { may: ['config.ts', 'domain/spelling.ts'] },
  'app.ts': {
    may: [
      ...[
        'maestro.ts',
        'health.ts',
        'home.ts',
        'version.ts',
        'cross-site.ts',
        'host-guard.ts',
        'request-target.ts',
        'deadlines.ts',
        'deps.ts',
        'problem.ts',
        'domain/errors.ts',
        'json-body.ts',
        'receive-body.ts',
        'known-routes.ts',
        'listen.ts',
        'log-output.ts',
        'stopping.ts',
        'waiting.ts',
        'openapi.ts',
        'overload.ts',
        'request-headers.ts',
        'zod-compilers.ts',
      ],
      ...['fastify', '@fastify/helmet', 'fastify-type-provider-zod'],
    ],
  },
  'request-headers.ts': { may: ['domain/'] },
  'deadlines.ts': { may: [] },
  'stopping.ts': { may: ['domain/', 'node:events'], mayTypes: ['deps.ts'] },
  'waiting.ts': { may: ['domain/'], mayTypes: ['deps.ts'] },
  'overload.ts': { may: ['node:perf_hooks', 'node:v8'] },
  'prune.ts': { may: ['domain/'], mayTypes: ['store/store.ts'] },
  'log-output.ts': { may: ['pino'] },
  'new-id.ts': { may: ['uuid'] },
  'setting-faults.ts': { may: [] },
  'make-folders.ts': { may: ['node:'] },
  'command-line.ts': { may: ['config.ts', 'domain/spelling.ts'] },
  'stop-log.ts': { may: [], mayTypes: ['let-go.ts'] },
  'pretty-log.ts': { may: ['pino-pretty'] },
  'stray-rejections.ts': { may: ['node:util'] },
  'server.ts': {
    may: ['', 'node:crypto', 'node:fs', 'node:path', 'node:v8', 'close-with-grace'],
    mayTypes: ['fastify'],
  },
};

type Import = { from: string; to: string; typeOnly: boolean };

const IMPORT = /^(?:import|export)\s+(type\s)?[^'"]*?from\s+['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]/gm;

function importsOf(file: string): Import[] {
  const path = join(SRC, file);
  return [...readFileSync(path, 'utf8').matchAll(IMPORT)].map(([, type, from, dynamic]) => {
    const name = from ?? dynamic ?? '';
    const to = name.startsWith('.') ? relative(SRC, join(dirname(path), name)) : name;
    return { from: file, to, typeOnly: type !== undefined };
  });
}

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !file.includes('node_modules/'),
  );
}

function ruleOf(file: string): Rule | undefined {
  const [row] = Object.keys(RULES)
    .filter((prefix) => file === prefix || (prefix.endsWith('/') && file.startsWith(prefix)))
    .sort((a, b) => b.length - a.length);
  return row === undefined ? undefined : RULES[row];
}

function isAllowed({ to, typeOnly }: Import, rule: Rule): boolean {
  const isOurs = to.endsWith('.ts');
  const allowed = typeOnly ? [...rule.may, ...(rule.mayTypes ?? [])] : rule.may;
  return allowed.some(
    (one) => to === one || ((isOurs ? one === '' || one.endsWith('/') : one === 'node:') && to.startsWith(one)),
  );
}

describe('the architecture', () => {
  const files = filesUnder(SRC);

  it('has a row for every file', () => {
    expect(files.length).toBeGreaterThan(20);
    expect(files.filter((file) => ruleOf(file) === undefined)).toEqual([]);
  });

  it.each(files)('lets %s import only what its row allows', (file) => {
    const rule = ruleOf(file) ?? { may: [] };
    expect(importsOf(file).filter((one) => !isAllowed(one, rule))).toEqual([]);
  });

  it('sees an import that its row does not allow', () => {
    const rule = RULES['domain/'] as Rule;
    expect(isAllowed({ from: 'domain/run.ts', to: 'node:fs', typeOnly: false }, rule)).toBe(false);
    expect(isAllowed({ from: 'domain/run.ts', to: 'store/memory.ts', typeOnly: false }, rule)).toBe(false);
    expect(isAllowed({ from: 'deps.ts', to: 'store/store.ts', typeOnly: false }, RULES['deps.ts'] as Rule)).toBe(false);
    expect(importsOf('store/sorted-lists.ts').map((one) => one.to)).toContain('domain/page.ts');
  });

  // embedded.ts runs a process of its own, which postmaster.ts looks at and ends; worker.ts is the entry of one.
  it('reads the clock and touches the process in a few files alone, and makes ids in new-id.ts', () => {
    const forbidden = /Date\.now\(|new Date\(\)|Math\.random|randomUUID|uuid|\bprocess\./;
    const guilty = files.filter((file) =>
      forbidden.test(readFileSync(join(SRC, file), 'utf8').replaceAll(/\/\/.*|\/\*\*[\s\S]*?\*\//g, '')),
    );
    expect(guilty.sort()).toEqual([
      ...['evidence/worker.ts', 'new-id.ts', 'server.ts'],
      ...['store/embedded.ts', 'store/postmaster.ts'],
    ]);
  });

  it('has named exports only, no classes but errors, and no index or catch-all files', () => {
    const text = (file: string) => readFileSync(join(SRC, file), 'utf8');
    expect(files.filter((file) => /^export default/m.test(text(file)))).toEqual([]);
    expect(files.filter((file) => /^(export )?class /m.test(text(file)))).toEqual([
      'domain/errors.ts',
      'evidence/reading.ts',
    ]);
    expect(
      files.filter((file) => /(^|\/)(index|utils?|helpers?|common|types|service|manager)\.ts$/.test(file)),
    ).toEqual([]);
  });
});

describe('the tests', () => {
  // What is not the mirror of a source file, and what has none: files of types, and the one that only starts the process.
  const BESIDE = /^(system\/|bench\/|architecture\.test\.ts$)/;
  const tests = filesUnder(join(ROOT, 'test')).filter((file) => file.endsWith('.test.ts'));

  it('mirror the sources path by path', () => {
    const strays = tests
      .filter((file) => !BESIDE.test(file))
      .filter((file) => !existsSync(join(SRC, file.replace('.test.ts', '.ts'))));
    expect(strays).toEqual([]);
  });

  // What several readers of documents share is tested through them.
  const readers = importsOf('evidence/formats.ts').map(({ to }) => to);
  const isShared = (file: string) => file.startsWith('evidence/formats/') && !readers.includes(file);

  it('leave out no source file that holds code', () => {
    const withoutCode = [
      ...filesUnder(join(SRC, 'examples'))
        .map((file) => `examples/${file}`)
        .filter((file) => !['examples/example.ts', 'examples/examples.ts'].includes(file)),
      ...['deps.ts', 'features.ts', 'domain/signed.ts', 'store/store.ts', 'blobs/store.ts'],
      ...['evidence/formats.ts', 'evidence/readers.ts', 'evidence/reading.ts'],
    ];
    const untested = filesUnder(SRC).filter(
      (file) => !withoutCode.includes(file) && !isShared(file) && !tests.includes(file.replace('.ts', '.test.ts')),
    );
    expect(untested).toEqual([]);
  });
});
