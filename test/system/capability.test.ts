// What adding a capability to the product takes, counted: a copy of the sources gets the notes of
// test/capability, is compiled and serves them.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRun, startFrom } from '../start/server-process.ts';
import { newDatabase } from '../store/database.ts';
import { ROOT } from '../walk-through.ts';

const NOTES = join(ROOT, 'test/capability');
const copy = mkdtempSync(join(tmpdir(), 'maestro-capability-'));
const server = join(copy, 'dist/server.js');
const LIST = 'src/start/capabilities.ts';

const read = (folder: string, file: string) => readFileSync(join(folder, file), 'utf8');
const filesIn = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));

/** The number of the next migration in the one sequence. */
const NEXT = String(readdirSync(join(ROOT, 'src/store/postgres/migrations')).length + 1).padStart(4, '0');

/** Where a file of test/capability would be in the product. */
function placeOf(file: string): string {
  return file.startsWith('docs/') ? file : `src/${file.replace('9000-', `${NEXT}-`)}`;
}

/** The file as it would be written there, without the way from the tests to the sources. */
function inPlace(file: string): string {
  return read(NOTES, file).replaceAll(/\.\.\/\.\.\/src\//g, '');
}

/** The lines that are marked, as they would be written in the list of the product. */
function linesOfList(): string[] {
  const marked = read(NOTES, 'with-notes.ts').split('\n');
  return marked
    .flatMap((line) => /^(.*) \/\/ line \d$/.exec(line)?.[1] ?? [])
    .map((line) =>
      line.replace('migrations, ', '').replace("'./notes/", "'../notes/").replaceAll("'./store/", "'../store/"),
    );
}

function addNotes(): void {
  for (const file of filesIn(NOTES).filter((name) => name !== 'with-notes.ts')) {
    mkdirSync(dirname(join(copy, placeOf(file))), { recursive: true });
    writeFileSync(join(copy, placeOf(file)), inPlace(file));
  }
  const [importing = '', entry = ''] = linesOfList();
  const list = read(copy, LIST)
    .replace('import { trust }', `${importing}\nimport { trust }`)
    .replace('\n] as const', `\n${entry}\n] as const`);
  writeFileSync(join(copy, LIST), list);
}

beforeAll(() => {
  for (const name of ['src', 'docs', 'package.json', 'tsconfig.json'])
    cpSync(join(ROOT, name), join(copy, name), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  addNotes();
});

afterAll(() => rmSync(copy, { recursive: true, force: true }));

describe('a capability that is added to the product', () => {
  it('is its folder, one file for each driver, one migration, one page, and two lines in one other file', () => {
    const [before, after] = [ROOT, copy].map((folder) => [
      ...filesIn(join(folder, 'src')).map((file) => `src/${file}`),
      ...filesIn(join(folder, 'docs')).map((file) => `docs/${file}`),
    ]) as [string[], string[]];
    const added = after.filter((file) => !before.includes(file));
    expect(added.filter((file) => !file.startsWith('src/notes/')).sort()).toEqual([
      'docs/notes.md',
      'src/store/memory/notes.ts',
      `src/store/postgres/migrations/${NEXT}-notes.sql`,
      'src/store/postgres/notes.ts',
    ]);
    expect(added.length).toBeGreaterThan(4);
    expect(before.filter((file) => read(ROOT, file) !== read(copy, file))).toEqual([LIST]);
    const [old, changed] = [read(ROOT, LIST).split('\n'), read(copy, LIST).split('\n')];
    expect(changed.filter((line) => !old.includes(line))).toEqual(linesOfList());
    expect(changed).toHaveLength(old.length + 2);
  });

  it('is known by its name to nothing else', () => {
    const others = filesIn(join(copy, 'src')).filter((file) => !/^notes\/|\/(\d+-)?notes\.(ts|sql)$/.test(file));
    const knowing = others.filter((file) =>
      /\bNoteStore\b|NOTE_|note\.created|count_words|\/notes\//.test(read(join(copy, 'src'), file)),
    );
    expect(knowing.map((file) => `src/${file}`)).toEqual([LIST]);
  });

  it('imports only what any capability may, by the rules of the sources', () => {
    cpSync(join(ROOT, 'test/architecture.test.ts'), join(copy, 'test/architecture.test.ts'));
    const rules = [
      'run',
      '--root',
      copy,
      '--reporter',
      'verbose',
      'test/architecture.test.ts',
      '-t',
      'import|has a row',
    ];
    const env = { PATH: process.env.PATH, NO_COLOR: '1' };
    const said = execFileSync(join(ROOT, 'node_modules/.bin/vitest'), rules, { cwd: copy, env, encoding: 'utf8' });
    expect(said).toMatch(/lets notes\/ import only what its row allows/);
    expect(said).toMatch(/Tests +\d+ passed/);
  });

  it('compiles, is in the help, serves on memory and on PostgreSQL, and refuses a bad setting', async () => {
    execFileSync('npm', ['run', '--silent', 'build'], { cwd: copy, stdio: 'inherit' });
    const help = startFrom(server, {}, 'help');
    expect(await help.exited).toEqual({ code: 0, signal: null });
    expect(help.out.text).toMatch(/^ {2}NOTE_LIMIT +Maximum length of a note, in characters \[1000\]$/m);
    const bad = startFrom(server, { NOTE_LIMIT: 'many' });
    expect(await bad.exited).toEqual({ code: 1, signal: null });
    expect(bad.out.errors).toContain('Bad configuration: NOTE_LIMIT must be a whole number');
    for (const env of [{}, { DATABASE_URL: (await newDatabase()).url }]) {
      const { child, ready, exited } = startFrom(server, env);
      const url = await ready();
      const notes = `${url}/maestro/runs/${await createRun(url, 'build')}/notes`;
      const headers = { 'content-type': 'application/json' };
      const created = await fetch(notes, { method: 'POST', headers, body: '{"text":"looks good"}' });
      expect(created.status).toBe(201);
      const counted = { ...((await created.json()) as object), words: 2 };
      await expect.poll(async () => (await fetch(notes)).json()).toEqual([counted]);
      child.kill('SIGTERM');
      expect(await exited).toEqual({ code: 0, signal: null });
    }
  });
});
