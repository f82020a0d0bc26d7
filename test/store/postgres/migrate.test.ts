import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { MIGRATIONS, migrate } from '../../../src/store/postgres/migrate.ts';
import { PATIENCE } from '../../../src/store/postgres/patience.ts';
import { emptyDatabase } from '../database.ts';
import { dumpSchema } from '../schema.ts';

const FILES = readdirSync(new URL('../../../src/store/postgres/migrations/', import.meta.url));

async function connected<Result>(url: string, work: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

describe('migrations', () => {
  it('are numbered from 1 without a gap', () => {
    expect(FILES.map((name) => Number(name.slice(0, 4)))).toEqual(FILES.map((_, index) => index + 1));
  });

  it('are each applied once, though four processes start at once', async () => {
    const { url } = await emptyDatabase();
    const applied = await Promise.all(
      Array.from({ length: 4 }, () => connected(url, (client) => migrate(client, true))),
    );
    expect(applied.flat().sort((a, b) => a - b)).toEqual(FILES.map((_, index) => index + 1));
    expect(await connected(url, (client) => migrate(client, false))).toEqual([]);
  });

  it('are refused where the database is newer, and where none may be applied, changing nothing', async () => {
    const { url } = await emptyDatabase();
    await connected(url, async (client) => {
      await expect(migrate(client, false)).rejects.toThrow(/^The database lacks 0001-core\.sql/);
      expect((await client.query("SELECT to_regclass('runs') AS runs")).rows).toEqual([{ runs: null }]);
      await migrate(client, true);
      await client.query("INSERT INTO migrations (number, name) VALUES (9999, 'of the future')");
      await expect(migrate(client, true)).rejects.toThrow(
        /^The database is at migration 9999, this Maestro knows none beyond \d+: use a newer one$/,
      );
    });
  });

  it('leave nothing behind where one fails', async () => {
    const { url } = await emptyDatabase();
    await connected(url, async (client) => {
      // In the way of the first migration, at its end.
      await client.query(
        'CREATE FUNCTION create_disclosure_pack(text, text, text, json, integer, json) RETURNS void LANGUAGE sql AS $$ $$',
      );
      await expect(migrate(client, true)).rejects.toThrow(/^Migration 0001-core\.sql failed: /);
      expect((await client.query("SELECT to_regclass('runs') AS runs")).rows).toEqual([{ runs: null }]);
      expect((await client.query('SELECT * FROM migrations')).rows).toEqual([]);
    });
  });

  it('are waited for as long as the session that applies them is at work, and no longer', {
    tags: 'slow',
  }, async () => {
    const { url } = await emptyDatabase();
    const said: string[] = [];
    const patience = { ms: 400, server: 'PostgreSQL at x', say: (text: string) => said.push(text), url };
    await connected(url, async (holding) => {
      await holding.query(`SELECT pg_advisory_lock(${0x4d53544d})`);
      const working = holding.query('SELECT count(*) FROM generate_series(1, 40000000)');
      const waiting = connected(url, (client) => migrate(client, true, patience));
      await Promise.all([
        working.then(() => holding.query('SELECT pg_advisory_unlock_all()')),
        expect(waiting).resolves.toHaveLength(FILES.length),
      ]);
      expect(said[0]).toMatch(
        /^Waiting for the migrations that session \d+ \(.+, active\) applies to PostgreSQL at x$/,
      );
      await holding.query(`SELECT pg_advisory_lock(${0x4d53544d})`);
      await expect(connected(url, (client) => migrate(client, true, patience))).rejects.toThrow(
        /^The lock on migrations of PostgreSQL at x is held by session \d+ \(.+, idle\), which did nothing for 400 ms \(DATABASE_CONNECT_TIMEOUT_MS\)$/,
      );
    });
  });

  it('wait for no table for longer than the start may, and then leave nothing behind', async () => {
    const { url } = await emptyDatabase();
    const text = (name: string) =>
      readFileSync(new URL(`../../../src/store/postgres/migrations/${name}`, import.meta.url), 'utf8');
    const patience = { ms: 400, server: 'PostgreSQL at x', say: () => {}, url };
    await connected(url, async (client) => {
      await client.query(text('0001-core.sql'));
      await client.query(
        'CREATE TABLE migrations (number integer PRIMARY KEY, name text NOT NULL, applied_at timestamptz DEFAULT now())',
      );
      await client.query("INSERT INTO migrations VALUES (1, '0001-core.sql')");
      await connected(url, async (other) => {
        await other.query('BEGIN; SELECT * FROM runs, artifacts, disclosure_packs, events');
        await expect(migrate(client, true, patience)).rejects.toThrow(
          /^Migration \d{4}-.+ failed: another session holds a lock on a table that it changes$/,
        );
      });
      expect((await migrate(client, true, patience)).at(-1)).toBe(FILES.length);
    });
  });

  it('wait for a transaction that has locked a run, which still writes to it', async () => {
    const { url } = await emptyDatabase();
    const text = (name: string) =>
      readFileSync(new URL(`../../../src/store/postgres/migrations/${name}`, import.meta.url), 'utf8');
    await connected(url, async (client) => {
      for (const name of FILES.filter((file) => file < '0014')) await client.query(text(name));
      await client.query("INSERT INTO runs VALUES ('t', 'r', 'o', 's', '{}', 2)");
      await connected(url, async (writer) => {
        await writer.query("BEGIN; SELECT FROM runs WHERE tenant = 't' AND id = 'r' FOR NO KEY UPDATE");
        const migrated = client.query(text('0014-functions-of-named-values.sql'));
        await expect
          .poll(
            async () =>
              (await writer.query("SELECT FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND NOT granted")).rowCount,
          )
          .toBe(1);
        await writer.query("SELECT create_artifact('t', 'a', 'r', '{}', 2, '{}', 10, 1000)");
        await writer.query("SELECT create_disclosure_pack('t', 'p', 'r', '{}', 2, '{}')");
        await writer.query('COMMIT');
        await migrated;
      });
    });
  });

  it('give rows of before what theirs would have said', async () => {
    const { url } = await emptyDatabase();
    const text = (name: string) =>
      readFileSync(new URL(`../../../src/store/postgres/migrations/${name}`, import.meta.url), 'utf8');
    await connected(url, async (client) => {
      for (const name of FILES.filter((file) => file < '0005')) await client.query(text(name));
      const artifact = '{"id":"a","path_or_uri":"p"}';
      const pack = '{"id":"p","artifact_ids":["a"]}';
      await client.query(
        `INSERT INTO runs VALUES ('t', 'r', 'o', 's', '{}', 2, 1, ${artifact.length});
         INSERT INTO artifacts VALUES ('t', 'a', 'r', '${artifact}', ${artifact.length});
         INSERT INTO disclosure_packs VALUES ('t', 'p', 'r', '${pack}', ${pack.length});
         INSERT INTO idempotency_keys VALUES ('t', '1', 'f', 'x', '${artifact}'), ('t', '2', 'f', 'x', '${pack}'),
           ('t', '3', 'f', 'x', '{"id":"r"}')`,
      );
      await client.query(text('0005-content.sql'));
      const rows = async (table: string) => (await client.query(`SELECT body::text, bytes FROM ${table}`)).rows;
      const [newArtifact, newPack] = [
        '{"id":"a","path_or_uri":"p","content":null}',
        '{"id":"p","artifact_ids":["a"],"artifact_digests":[]}',
      ];
      expect(await rows('artifacts')).toEqual([{ body: newArtifact, bytes: newArtifact.length }]);
      expect(await rows('disclosure_packs')).toEqual([{ body: newPack, bytes: newPack.length }]);
      const held = await client.query('SELECT artifact_bytes FROM runs');
      expect(held.rows).toEqual([{ artifact_bytes: String(newArtifact.length) }]);
      const keys = await client.query('SELECT body::text FROM idempotency_keys ORDER BY scope');
      expect(keys.rows.map(({ body }) => body)).toEqual([newArtifact, newPack, '{"id":"r"}']);
    });
  });

  it('give packs the contents that theirs would have listed, in order', async () => {
    const { url } = await emptyDatabase();
    const text = (name: string) =>
      readFileSync(new URL(`../../../src/store/postgres/migrations/${name}`, import.meta.url), 'utf8');
    const [sha256, odd] = ['a'.repeat(64), 'é "\\'];
    const packs = [
      { id: 'p0', artifact_ids: [], artifact_digests: [] },
      { id: 'p1', artifact_ids: ['b', odd, 'a'], artifact_digests: [{ artifact_id: 'a', sha256, sha512: 'x' }] },
    ];
    const contents = [
      [],
      [
        ...['b', odd].map((artifact_id) => ({ artifact_id, digest: null, reason: 'content_not_sent' })),
        { artifact_id: 'a', digest: `sha256:${sha256}`, reason: null },
      ],
    ];
    await connected(url, async (client) => {
      for (const name of FILES.filter((file) => file < '0009')) await client.query(text(name));
      await client.query("INSERT INTO runs VALUES ('t', 'r', 'o', 's', '{}', 2)");
      for (const pack of packs) {
        await client.query("INSERT INTO disclosure_packs VALUES ('t', $1, 'r', $2, 1)", [pack.id, pack]);
        await client.query("INSERT INTO idempotency_keys VALUES ('t', $1, 'f', 'x', $2)", [pack.id, pack]);
      }
      await client.query(
        `INSERT INTO idempotency_keys VALUES ('t', 'run', 'f', 'x', '{}'), ('t', 'open', 'f', 'x', NULL),
           ('t', 'text', 'f', 'x', '{"path_or_uri":"\\u0000"}'), ('t', 'within', 'f', 'x', '{"metadata":{"artifact_ids":[1]}}')`,
      );
      await client.query(text('0009-ends-and-pack-contents.sql'));
      const rows = packs.map((pack, index) => JSON.stringify({ ...pack, artifact_contents: contents[index] }));
      const { rows: kept } = await client.query('SELECT body::text, bytes FROM disclosure_packs ORDER BY id');
      expect(kept).toEqual(rows.map((body) => ({ body, bytes: Buffer.byteLength(body) })));
      const { rows: keys } = await client.query('SELECT body::text FROM idempotency_keys ORDER BY scope');
      const others = ['{"path_or_uri":"\\u0000"}', '{"metadata":{"artifact_ids":[1]}}'];
      expect(keys.map(({ body }) => body)).toEqual([null, ...rows, '{}', ...others]);
    });
  });

  it('tell of existing runs when the server saw them end, not when they say that they finished', async () => {
    const { url } = await emptyDatabase();
    const text = (name: string) =>
      readFileSync(new URL(`../../../src/store/postgres/migrations/${name}`, import.meta.url), 'utf8');
    const events = (id: string, type: string, at: string, data: object) => [
      id,
      JSON.stringify({ id: 'e', at, request_id: 'é "\\', actor: 'anonymous', type, run_id: id, data }),
    ];
    const failed = { status: 'failed', finished_at: '1970-01-01T00:00:00.000Z' };
    const at = (minute: number) => `2026-01-31T10:0${minute}:00.000Z`;
    await connected(url, async (client) => {
      for (const name of FILES.filter((file) => file < '0009')) await client.query(text(name));
      for (const [id, status] of [
        ['done', 'failed'],
        ['open', 'running'],
        ['silent', 'failed'],
      ])
        await client.query("INSERT INTO runs VALUES ('t', $1, 'o', $2, '{}', 2), ('u', $1, 'o', $2, '{}', 2)", [
          id,
          status,
        ]);
      const record = [
        events('done', 'run.created', at(0), { status: 'pending' }),
        events('done', 'run.updated', at(1), { status: 'running' }),
        events('done', 'artifact.created', at(2), { ...failed, path_or_uri: '\u0000', type: 'run.updated' }),
        events('done', 'run.updated', at(3), failed),
        events('done', 'run.updated', at(4), failed),
        events('open', 'run.updated', at(5), { status: 'running' }),
      ];
      for (const [index, [id, body]] of record.entries())
        await client.query("INSERT INTO events VALUES ('t', $1, $2, $3)", [index + 1, id, body]);
      await client.query(text('0009-ends-and-pack-contents.sql'));
      const { rows } = await client.query('SELECT tenant, id, ended_at FROM runs WHERE ended_at IS NOT NULL');
      expect(rows).toEqual([{ tenant: 't', id: 'done', ended_at: at(3) }]);
    });
  });

  it('have what may be signed of before verified once, and count what readings take with their new fields', async () => {
    const { url } = await emptyDatabase();
    const text = (name: string) =>
      readFileSync(new URL(`../../../src/store/postgres/migrations/${name}`, import.meta.url), 'utf8');
    const names = ['artifact 1', 'é "\\\n'];
    const head = (name: string) =>
      `{"artifact_id":${JSON.stringify(name)},"subjects":[{"name":"é \\u0000 \\"facts\\":{\\"kind\\":\\"vsa\\"","digests":{"facts":"{"}}],"subjects_total":1,"facts":`;
    // Each as it was and as it is to be, and whether somebody has to look at it.
    const facts: [before: string, after: string, unseen: boolean][] = [
      ['null', 'null', false],
      ['{"kind":"sbom","components":1}', '{"kind":"sbom","components":1}', false],
      ['{"kind":"opaque","size":4}', '{"kind":"opaque","size":4}', false],
      ...['vsa', 'signature'].map((kind): [string, string, boolean] => [
        `{"kind":"${kind}","n":1e3}`,
        `{"kind":"${kind}","n":1e3}`,
        true,
      ]),
      [
        '{"kind":"provenance","parameters":{"facts":{"kind":"attestation"}}}',
        '{"kind":"provenance","parameters":{"facts":{"kind":"attestation"}}}',
        true,
      ],
      [
        '{"kind":"attestation","predicate_type":"é","subjects":1,"statements":1}',
        '{"kind":"attestation","predicate_type":"é","subjects":1,"statements":1,"predicate":null}',
        true,
      ],
    ];
    const bytesOf = (name: string, body: string) =>
      Buffer.byteLength(body) - Buffer.byteLength(JSON.stringify(name)) + 2;
    await connected(url, async (client) => {
      for (const name of FILES.filter((file) => file < '0008')) await client.query(text(name));
      const expected: { run_id: string; bytes: number; [column: string]: unknown }[] = [];
      for (const [index, [before, after, unseen]] of facts.entries()) {
        const [id, run] = [`${names[index % 2]}${index}`, `run ${index % 2}`];
        const [old, body] = [`${head(id)}${before}}`, `${head(id)}${after},"verification":null}`];
        const bytes = bytesOf(id, old);
        await client.query("INSERT INTO runs VALUES ('t', $1, 'o', 's', '{}', 2, 0, 1000) ON CONFLICT DO NOTHING", [
          run,
        ]);
        await client.query("INSERT INTO artifacts VALUES ('t', $1, $2, '{}', 2)", [id, run]);
        await client.query("INSERT INTO readings VALUES ('t', $1, $2, $3, $4, '{}')", [id, run, old, bytes]);
        await client.query('UPDATE runs SET artifact_bytes = artifact_bytes + $2 WHERE id = $1', [run, bytes]);
        const trust = unseen ? '' : null;
        const kept = { body, bytes: bytesOf(id, body), trust, trust_since: unseen ? Number.NEGATIVE_INFINITY : null };
        expected.push({ run_id: run, ...kept, verify_leased_until: Number.NEGATIVE_INFINITY, verify_attempts: 0 });
      }
      await client.query("INSERT INTO runs VALUES ('t', 'empty', 'o', 's', '{}', 2)");
      await client.query(text('0008-verification.sql'));
      const { rows } = await client.query(
        `SELECT run_id, body::text, bytes, trust, trust_since, verify_leased_until, verify_attempts FROM readings
         ORDER BY right(artifact_id, 1)`,
      );
      expect(rows).toEqual(expected);
      const held = (run: string) =>
        expected.filter(({ run_id }) => run_id === run).reduce((sum, { bytes }) => sum + bytes, 1_000);
      expect((await client.query('SELECT id, artifact_bytes::integer FROM runs ORDER BY id')).rows).toEqual([
        { id: 'empty', artifact_bytes: 0 },
        ...['run 0', 'run 1'].map((id) => ({ id, artifact_bytes: held(id) })),
      ]);
    });
  });

  it('have verified once more what was given up after five attempts, and leave all else as it is', async () => {
    const { url } = await emptyDatabase();
    await connected(url, async (client) => {
      const names = [...FILES].sort();
      const text = (name: string) =>
        readFileSync(new URL(`../../../src/store/postgres/migrations/${name}`, import.meta.url), 'utf8');
      for (const name of names.filter((one) => one < '0012')) await client.query(text(name));
      const givenUp = '"code":"verifier_failed","detail":"It was begun 5 times and never came to an end"';
      const rows = [
        ['a', `{"links":[{${givenUp}}]}`],
        ['b', '{"links":[{"code":"verifier_failed","detail":"The library failed on it"}]}'],
        // As text of a document, whose quotes are escaped.
        ['c', JSON.stringify({ text: `{${givenUp}}\u0000` })],
      ];
      await client.query("INSERT INTO runs VALUES ('t', 'r', 'o', 's', '{}', 2)");
      for (const [id, body] of rows) {
        await client.query("INSERT INTO artifacts VALUES ('t', $1, 'r', '{}', 2)", [id]);
        await client.query(
          `INSERT INTO readings (tenant, artifact_id, run_id, body, bytes, findings, trust, verified_since, verify_attempts, reader)
           VALUES ('t', $1, 'r', $2, 2, '{}', 'trust', '2026-01-01T00:00:00Z', 5, 3)`,
          [id, body],
        );
      }
      await client.query(text('0012-content-place.sql'));
      const { rows: after } = await client.query(
        'SELECT artifact_id, trust, verify_attempts FROM readings ORDER BY artifact_id',
      );
      expect(after).toEqual([
        { artifact_id: 'a', trust: '', verify_attempts: 0 },
        { artifact_id: 'b', trust: 'trust', verify_attempts: 5 },
        { artifact_id: 'c', trust: 'trust', verify_attempts: 5 },
      ]);
    });
  });

  it('say when content is due, also for rows of which PostgreSQL can take no part out', async () => {
    const { url } = await emptyDatabase();
    await connected(url, async (client) => {
      await migrate(client, true);
      const waitOf = async (body: string) => {
        const text = 'SELECT extract(epoch FROM due_of(now(), $1) - now())::float AS wait';
        return (await client.query<{ wait: number }>(text, [body])).rows[0]?.wait;
      };
      expect(await waitOf('{"content":{"size":200000}}')).toBe(2);
      expect(await waitOf('{"content":{"size":900000000}}')).toBe(335.54432);
      const unreadable = ['{"a":"\\u0000","content":{"size":200000}}', '{"content":{"size":"x"}}'];
      for (const body of [...unreadable, '{"content":null}', '{}']) expect(await waitOf(body), body).toBe(0);
    });
  });

  it('make the schema that docs/schema.sql shows', async () => {
    const { url } = await emptyDatabase();
    const schema = await connected(url, async (client) => {
      await migrate(client, true);
      return dumpSchema(client);
    });
    expect(schema).toBe(readFileSync(new URL('../../../docs/schema.sql', import.meta.url), 'utf8'));
  });
});

describe('migrations of several folders', () => {
  const folderWith = (...names: string[]) => {
    const folder = mkdtempSync(join(tmpdir(), 'maestro-migrations-'));
    for (const name of names) writeFileSync(join(folder, name), `CREATE TABLE "${name}" (id text PRIMARY KEY)`);
    return pathToFileURL(`${folder}/`);
  };

  it('are one sequence, which a process that lacks the latest of them does not use', async () => {
    const { url } = await emptyDatabase();
    const folders = [MIGRATIONS, folderWith('9001-second.sql', 'notes.txt'), folderWith('9000-first.sql')];
    await connected(url, async (client) => {
      expect((await migrate(client, true, PATIENCE, folders)).slice(-3)).toEqual([FILES.length, 9000, 9001]);
      expect(await migrate(client, false, PATIENCE, folders)).toEqual([]);
      await expect(migrate(client, true)).rejects.toThrow('The database is at migration 9001');
    });
  });

  it('are refused where two have the same number, before any is applied', async () => {
    const { url } = await emptyDatabase();
    await connected(url, async (client) => {
      const folders = [MIGRATIONS, folderWith('0001-other.sql')];
      await expect(migrate(client, true, PATIENCE, folders)).rejects.toThrow(
        /^Two migrations have the number of 0001-/,
      );
      expect((await client.query("SELECT to_regclass('runs') AS runs")).rows).toEqual([{ runs: null }]);
    });
  });
});
