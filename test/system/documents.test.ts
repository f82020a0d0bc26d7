// The documents say what the code does: links, commands and every table that repeats something from the sources.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { Artifact, ArtifactKind, ArtifactMetadata, CreateArtifactRequest } from '../../src/domain/artifact/artifact.ts';
import { ACTOR_TYPES, systemActor } from '../../src/domain/event/actor.ts';
import { runReading } from '../../src/domain/evidence/reading.ts';
import { NOT_EVALUATED, ReasonCode } from '../../src/domain/gate/gate-reasons.ts';
import { ReleaseGateResult } from '../../src/domain/gate/release-gate-result.ts';
import { RunManifest } from '../../src/domain/gate/run-manifest.ts';
import { CreateDisclosurePackRequest, DisclosurePack } from '../../src/domain/pack/disclosure-pack.ts';
import { createRun } from '../../src/domain/run/create-run.ts';
import { CreateRunRequest, Run, RunStatus, UpdateRunRequest } from '../../src/domain/run/run.ts';
import { updateRun } from '../../src/domain/run/update-run.ts';
import { PROBLEMS } from '../../src/http/problem.ts';
import { Config, readConfig } from '../../src/start/config.ts';
import { aVerification, OTHER_TRUST, TRUST } from '../domain/attestations.ts';
import { gateOf } from '../domain/gate/judged.ts';
import { A_CONTENT, A_READING } from '../domain/rows.ts';
import { declaredRoutes } from '../helper.ts';
import { blocksOf, ROOT, run, sectionOf } from '../walk-through.ts';

const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const GUIDE = read('docs/api-guide.md');

const DOCUMENTS = [
  'README.md',
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => join('docs', file)),
];

/** The pages that a reader of the README is sent to. A decision is not edited once it is made; the rest is generated or a list. */
const PAGES = DOCUMENTS.filter((document) => !/adr\/|benchmarks|changelog|architecture/.test(document));

/** The rows of the first table in a text, without its head: the cells as they stand. */
function tableIn(section: string): string[][] {
  const lines = section.split('\n');
  const start = lines.findIndex((line) => line.startsWith('|---')) + 1;
  const end = lines.findIndex((line, index) => index >= start && !line.startsWith('|'));
  return lines.slice(start, end < 0 ? undefined : end).map((line) => line.slice(2, -2).split(' | '));
}

const plain = (cell = '') => cell.replaceAll('`', '');
const firstColumn = (section: string) => tableIn(section).map(([first]) => plain(first));

/** The anchor that a heading gets where Markdown is shown. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replaceAll(/[^\w\s-]/g, '')
    .trim()
    .replaceAll(/\s/g, '-');

function brokenLinks(document: string): string[] {
  const prose = read(document).replaceAll(/^```.*?^```$/gms, '');
  const links = [...prose.matchAll(/\]\(([^)]+)\)/g)].map(([, link = '']) => link);
  return links.filter((link) => {
    if (/^https?:/.test(link)) return false;
    const [path = '', anchor] = link.split('#');
    const target = path === '' ? document : relative(ROOT, resolve(ROOT, dirname(document), path));
    if (!existsSync(join(ROOT, target))) return true;
    if (anchor === undefined) return false;
    const headings = [...read(target).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => anchorOf(heading));
    return !headings.includes(anchor);
  });
}

describe('the documents', () => {
  it.each(DOCUMENTS)('link only to what exists: %s', (document) => {
    expect(brokenLinks(document)).toEqual([]);
  });

  it.each(DOCUMENTS)('show only commands that are valid shell: %s', async (document) => {
    for (const { code } of blocksOf(read(document)).filter(({ language }) => language === 'sh')) {
      expect(await run('bash', ['-n', '-c', code]), code).toEqual({ code: 0, stdout: '', stderr: '' });
    }
  });

  it.each(PAGES)('have no line over 130 columns but in tables and code: %s', (document) => {
    const prose = read(document).replaceAll(/^( *)```.*?^\1```$/gms, '');
    // A path in a list cannot be wrapped.
    const lines = prose.split('\n').filter((line) => !line.startsWith('|') && !/^ *- \S+$/.test(line));
    expect(lines.filter((line) => line.length > 130)).toEqual([]);
  });

  it('name only make targets and npm scripts that exist', () => {
    const targets = [...read('Makefile').matchAll(/^([a-z-]+):/gm)].map(([, target]) => target);
    const scripts = Object.keys(JSON.parse(read('package.json')).scripts);
    const code = DOCUMENTS.flatMap((document) =>
      [...read(document).matchAll(/^```sh\n(.*?)^```$|`([^`\n]+)`/gms)].map(([, block, span]) => block ?? span ?? ''),
    ).join('\n');
    const made = [...code.matchAll(/\bmake ([a-z-]+)/g)].map(([, target]) => target);
    const npm = [...code.matchAll(/\bnpm (?:run )?(start|test|(?<=run )[a-z-]+)/g)].map(([, script]) => script);
    expect(made).toEqual(expect.arrayContaining(['maestro-api', 'test', 'maestro-test', 'check', 'demo']));
    expect(made.filter((target) => !targets.includes(target))).toEqual([]);
    expect(npm).toContain('start');
    expect(npm.filter((script) => !scripts.includes(script ?? ''))).toEqual([]);
  });
});

describe('the README', () => {
  it('is short enough to be read whole', () => {
    expect(read('README.md').split('\n').length - 1).toBeLessThanOrEqual(250);
  });

  it('links to every page', () => {
    const links = [...read('README.md').matchAll(/\]\(([^)#]+)/g)].map(([, path]) => path);
    expect(links).toEqual(expect.arrayContaining(DOCUMENTS.filter((document) => /^docs\/[^/]+$/.test(document))));
  });
});

describe('the table of settings', () => {
  const rows = tableIn(sectionOf(read('docs/configuration.md'), '## Settings'));

  it('has every setting with its default and what it is, in the order of the schema', () => {
    const settings = Object.entries(Config.shape).map(([name, schema]) => [
      name,
      String(readConfig({})[name as keyof Config] ?? 'unset'),
      schema.description,
    ]);
    expect(rows.map(([name, fallback, , what]) => [plain(name), plain(fallback), what])).toEqual(settings);
  });

  it('says what each setting takes, and nothing beyond that is taken', () => {
    for (const [cell, , takes = ''] of rows) {
      const name = plain(cell);
      const accepts = (value: string | number) => Config.safeParse({ [name]: String(value) }).success;
      const range = /^(\d+) to (\d+)$/.exec(takes);
      const words = [...takes.matchAll(/`(\w+)`/g)].map(([, word = '']) => word);
      if (range !== null) {
        const [min, max] = [Number(range[1]), Number(range[2])];
        expect([min - 1, min, max, max + 1].map(accepts), name).toEqual([false, true, true, false]);
      } else if (words.length > 0) {
        expect([...words, 'other'].filter(accepts), name).toEqual(words);
      } else {
        expect(
          [
            'a name or an address',
            'an absolute http or https URL',
            '`postgres://` and so on, or `embedded:` and a folder',
            '`file:` and a folder, or `s3://` or `gs://` and a bucket',
            'the path of a file',
            'IP addresses and CIDR networks, separated by commas',
          ],
          name,
        ).toContain(takes);
      }
    }
  });
});

describe('the decisions', () => {
  const decisions = DOCUMENTS.filter((document) => document.startsWith('docs/adr/')).sort();

  it('are numbered without a gap', () => {
    expect(decisions.length).toBeGreaterThan(0);
    for (const [index, document] of decisions.entries()) {
      expect(document).toMatch(new RegExp(`^docs/adr/${String(index + 1).padStart(4, '0')}-[a-z0-9-]+\\.md$`));
      expect(read(document)).toMatch(new RegExp(`^# ${index + 1}\\. `));
    }
  });

  it.each(decisions)('have their four parts in fewer than 60 lines: %s', (document) => {
    const parts = [...read(document).matchAll(/^## (.*)$/gm)].map(([, part]) => part);
    expect(parts).toEqual(['Status', 'Context', 'Decision', 'Consequences']);
    expect(read(document).split('\n').length).toBeLessThan(60);
  });
});

describe('the architecture page', () => {
  const page = read('docs/architecture.md');

  it('names only folders and files that are there', () => {
    const named = [...page.matchAll(/`?((?:[a-z]+\/)+(?:[a-z-]+\.ts)?)(?=[`\s,])/g)].map(([, path = '']) => path);
    const isThere = (path: string) =>
      ['', 'src', 'src/domain', 'src/evidence', 'src/store', 'src/store/postgres', 'test', 'docs'].some((root) =>
        existsSync(join(ROOT, root, path)),
      );
    expect(named.length).toBeGreaterThan(30);
    expect(named.filter((path) => !isThere(path))).toEqual([]);
  });

  it('describes every folder of src, in 120 lines at most', () => {
    const folders = readdirSync(join(ROOT, 'src'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
    const tree = page.slice(page.indexOf('src/\n'), page.indexOf('test/  '));
    expect(folders.map(({ name }) => name).filter((name) => !tree.includes(`  ${name}/ `))).toEqual([]);
    expect(page.split('\n').length).toBeLessThanOrEqual(121);
  });
});

describe('the API guide', () => {
  it('lists every call, and no other', async () => {
    const routes = (await declaredRoutes()).filter(({ method }) => method !== 'HEAD');
    const calls = routes.map(({ method, url }) => `${method} ${url.replaceAll(/:(\w+)/g, '{$1}')}`);
    expect(firstColumn(sectionOf(GUIDE, '## Calls')).sort()).toEqual(calls.sort());
  });

  type Fields = z.ZodObject<Record<string, z.ZodType>>;
  const need = (request: Fields | undefined, field: string) => {
    const schema = request?.shape[field];
    if (schema === undefined) return '-';
    return schema.safeParse(undefined).success ? 'optional' : 'required';
  };

  it('has every field of a run, and says where it is taken', () => {
    const table = tableIn(sectionOf(GUIDE, '### Run')).map(([name, , create, update]) => [plain(name), create, update]);
    const fields = Object.keys(Run.shape);
    expect(table).toEqual(fields.map((name) => [name, need(CreateRunRequest, name), need(UpdateRunRequest, name)]));
  });

  const sentFlags = CreateArtifactRequest.shape.metadata_json.unwrap().unwrap();
  const artifactSection = sectionOf(GUIDE, '### Artifact');
  const flagSection = artifactSection.slice(artifactSection.indexOf('holds the three flags'));
  it.each([
    ['an artifact', artifactSection, Artifact, CreateArtifactRequest],
    ["an artifact's metadata", flagSection, ArtifactMetadata, sentFlags],
    ['a disclosure pack', sectionOf(GUIDE, '### DisclosurePack'), DisclosurePack, CreateDisclosurePackRequest],
  ] as [string, string, Fields, Fields][])('has every field of %s, and says where it is taken', (...row) => {
    const [, section, schema, request] = row;
    const table = tableIn(section).map(([name, , create]) => [plain(name), create]);
    expect(table).toEqual(Object.keys(schema.shape).map((name) => [name, need(request, name)]));
  });

  it('has every type of actor', () => {
    expect(firstColumn(sectionOf(GUIDE, '### Events'))).toEqual(ACTOR_TYPES);
  });

  it('lists every kind of artifact', () => {
    const [, , , kinds = ''] = tableIn(artifactSection).find(([name]) => plain(name) === 'kind') ?? [];
    expect(plain(kinds).split(', ')).toEqual(ArtifactKind.options);
  });

  it('has every status move, and no other', () => {
    const stamp = { id: 'e', at: '2026-01-31T10:00:00.000Z', request_id: 'q', actor: systemActor('a') };
    const { run: pending } = createRun({ name: 'n', owner: 'o' }, 'r', stamp);
    const moves = (from: RunStatus) =>
      RunStatus.options.filter((to) => {
        try {
          return updateRun({ ...pending, status: from }, { status: to }, stamp) !== null;
        } catch {
          return false;
        }
      });
    const table = tableIn(sectionOf(GUIDE, '## Status moves')).flatMap(([from = '', to = '']) =>
      plain(from)
        .split(', ')
        .map((one) => [one, to.startsWith('nothing') ? [] : plain(to).split(', ')]),
    );
    expect(table).toEqual(RunStatus.options.map((from) => [from, moves(from)]));
  });

  it('has every reason of the gate with its message and its remedy', () => {
    const { run: pending } = createRun({ name: 'n', owner: 'o' }, 'r', {
      id: 'e',
      at: '2026-01-31T10:00:00.000Z',
      request_id: 'q',
      actor: systemActor('a'),
    });
    const bare = {
      id: 'a',
      run_id: 'r',
      metadata_json: {},
      content: A_CONTENT,
      evidence: { state: 'pending' },
    } as Artifact;
    const succeeded = { ...pending, status: 'succeeded' as const };
    const stale = runReading('a', { ...A_READING, verification: aVerification([], { trust: OTHER_TRUST }) });
    const verified = { minimum: 'verified', trust: TRUST } as const;
    const reasons = [...gateOf(pending, []).details.reasons, ...gateOf(succeeded, [bare]).details.reasons];
    const { reasons: more } = gateOf(succeeded, [bare], [stale], verified).details;
    // What is said of no compliant artifact where the gate asks for more follows the table.
    reasons.splice(-1, 0, ...more.filter(({ code }) => code === 'evidence_stale'));
    reasons.push(NOT_EVALUATED);
    expect(reasons.map(({ code }) => code)).toEqual(ReasonCode.options);
    const gate = sectionOf(GUIDE, '## Release gate');
    const table = tableIn(gate.slice(gate.indexOf('Match on `code`')));
    expect(table).toEqual(reasons.map(({ code, message, remediation }) => [`\`${code}\``, message, remediation]));
    expect(firstColumn(gate)).toEqual(Object.keys(ReleaseGateResult.shape.details.shape));
  });

  it('has every part of the manifest', () => {
    expect(firstColumn(sectionOf(GUIDE, '## Manifest'))).toEqual(Object.keys(RunManifest.shape));
  });

  it('has every error code with its status and title', () => {
    const table = tableIn(sectionOf(GUIDE, '## Errors')).map(([code, status, title]) => [plain(code), status, title]);
    expect(table).toEqual(Object.entries(PROBLEMS).map(([code, { status, title }]) => [code, String(status), title]));
  });
});
