// Bodies and strings that broke other software: JSONTestSuite and the big list of naughty strings. They are not part of
// this project; `MAESTRO_VECTORS` names the folder that holds them.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { expectDeclared, get } from '../helper.ts';
import { ID_PATHS, TEXT_FIELDS, TEXT_PARAMETERS } from './text-fields.ts';
import { newWorld, sending } from './writes.ts';

const FOLDER = process.env.MAESTRO_VECTORS ?? '';
const JSON_FILES = filesOf(join(FOLDER, 'json', 'test_parsing'));
const STRINGS_FILE = join(FOLDER, 'strings', 'blns.json');
const STRINGS: string[] = existsSync(STRINGS_FILE) ? JSON.parse(readFileSync(STRINGS_FILE, 'utf8')) : [];

const SUITE_TESTS = 4;
const STRING_TESTS = Object.keys(TEXT_FIELDS).length + TEXT_PARAMETERS.length + 2 * ID_PATHS.length + 1;
tellNotRun();

/** Valid JSON that we refuse on purpose: which of two equal keys counts depends on the reader, and no store holds NUL. */
const REFUSED: Record<string, number> = {
  'y_object_duplicated_key.json': 400,
  'y_object_duplicated_key_and_value.json': 400,
  'y_object_escaped_null_in_key.json': 422,
  'y_string_null_escape.json': 422,
};

const world = await newWorld();
const write = world.writes['POST /maestro/runs'];

describe.skipIf(JSON_FILES.length === 0)('JSONTestSuite', () => {
  const named = (prefix: string) => JSON_FILES.filter(({ name }) => name.startsWith(prefix));

  it('every file that must be accepted is taken as a value and given back the same, but for those named here', async () => {
    const refused: Record<string, number> = {};
    for (const { name, bytes } of named('y_')) {
      const response = await world.app.inject(sending(write, write.around(bytes)));
      await expectDeclared('POST', write.url, response);
      if (response.statusCode === 201) {
        const { metadata } = await get(world.app, response.headers.location as string);
        expect(metadata, name).toStrictEqual(JSON.parse(JSON.stringify({ v: JSON.parse(bytes.toString()) })));
      } else {
        refused[name] = response.statusCode;
      }
    }
    expect(refused).toEqual(REFUSED);
    expect(named('y_').length).toBeGreaterThan(90);
  });

  it('every file that must be accepted is read as a body, which is refused for what it says', async () => {
    for (const { name, bytes } of named('y_')) {
      const response = await world.app.inject(sending(write, bytes));
      await expectDeclared('POST', write.url, response);
      expect(response.statusCode, name).toBe(REFUSED[name] ?? 422);
    }
  });

  it('every file that must be refused is refused as malformed, as a body and as a value in one', async () => {
    for (const { name, bytes } of named('n_')) {
      for (const body of [bytes, write.around(bytes)]) {
        const response = await world.app.inject(sending(write, body));
        await expectDeclared('POST', write.url, response);
        expect(response.statusCode, name).toBe(400);
        expect(response.json().type, name).toBe('urn:maestro:problem:malformed_json');
      }
    }
    expect(named('n_').length).toBeGreaterThan(180);
  });

  it('every file that may be read either way is taken or refused, and never breaks the server', async () => {
    for (const { name, bytes } of named('i_')) {
      for (const body of [bytes, write.around(bytes)]) {
        const response = await world.app.inject(sending(write, body));
        await expectDeclared('POST', write.url, response);
        expect([201, 400, 422], name).toContain(response.statusCode);
      }
    }
    expect(named('i_').length).toBeGreaterThan(30);
  });
});

describe.skipIf(STRINGS.length === 0)('a naughty string', () => {
  it.each(Object.entries(TEXT_FIELDS))('as %s is kept as it is, or refused and named', async (_, field) => {
    const { method, url, body } = world.writes[field.write];
    for (const text of STRINGS) {
      const members = field.members(text);
      const response = await world.app.inject({ method, url, payload: { ...body, ...members } });
      await expectDeclared(method, url, response);
      expect(response.statusCode, `${text}: ${response.body}`).toBe(field.answer(text));
      if (response.statusCode === 422) {
        expect(response.json().errors, text).toMatchObject([{ in: 'body', pointer: field.pointer }]);
      }
      if (response.statusCode >= 300) continue;
      expect(await get(world.app, response.headers.location?.toString() ?? url), text).toMatchObject(members);
    }
  });

  it.each(ID_PATHS)('as the id in %s answers 404', async (path) => {
    // The WHATWG rules resolve dots before they are sent.
    for (const text of STRINGS.filter((one) => !['', '.', '..'].includes(one))) {
      const url = path.replace('{id}', encodeURIComponent(text));
      const response = await world.app.inject({ url });
      await expectDeclared('GET', url, response);
      expect(response.statusCode, url).toBe(404);
    }
  });

  it.each(TEXT_PARAMETERS)(
    'in the query of %s as %s is read as text, or refused and named',
    async (path, name, answer) => {
      for (const text of STRINGS) {
        const url = `${path.replace('{run_id}', world.run_id)}?${new URLSearchParams([[name, text]])}`;
        const response = await world.app.inject({ url });
        await expectDeclared('GET', url, response);
        expect(response.statusCode, url).toBe(answer(text));
        if (response.statusCode === 422) {
          expect(response.json().errors, url).toMatchObject([{ in: 'query', pointer: `/${name}` }]);
        }
      }
    },
  );

  it.each(['/health', ...ID_PATHS])('as the name of a query parameter of %s is refused and named', async (path) => {
    for (const text of STRINGS) {
      const url = `${path.replace('{id}', 'unknown')}?${new URLSearchParams([[text, '1']])}`;
      const response = await world.app.inject({ url });
      await expectDeclared('GET', url, response);
      const pointer = `/${text.replaceAll('~', '~0').replaceAll('/', '~1')}`;
      expect(response.statusCode, url).toBe(422);
      expect(response.json().errors, url).toMatchObject([{ in: 'query', pointer }]);
    }
  });
});

type VectorFile = { name: string; bytes: Buffer };

function filesOf(folder: string): VectorFile[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).map((name) => ({ name, bytes: readFileSync(join(folder, name)) }));
}

function tellNotRun(): void {
  const why = FOLDER === '' ? 'MAESTRO_VECTORS is not set' : `${FOLDER}, named by MAESTRO_VECTORS, lacks them`;
  const missing = [JSON_FILES.length === 0 ? SUITE_TESTS : 0, STRINGS.length === 0 ? STRING_TESTS : 0];
  const count = missing.reduce((sum, one) => sum + one);
  if (count > 0) process.stderr.write(`${count} tests over JSONTestSuite and naughty strings were not run: ${why}\n`);
}
