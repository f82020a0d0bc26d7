// The schema of a database as text, read from its catalogues: what the migrations amount to.
import type { ClientBase } from 'pg';

const HEAD =
  '-- The schema that the migrations in src/store/postgres/migrations/ amount to. Written by `make schema`; a test compares it.\n';

export async function dumpSchema(client: ClientBase): Promise<string> {
  const lines = async (sql: string) => (await client.query<{ line: string }>(sql)).rows.map(({ line }) => line);
  const tables = await lines(`
    SELECT format(E'CREATE TABLE %s (\\n%s\\n);', relname, string_agg(part, E',\\n' ORDER BY rank, part_order)) AS line FROM (
      SELECT relname, 0 AS rank, attnum::text::numeric AS part_order,
        format('  %s %s%s%s%s', attname, format_type(atttypid, atttypmod),
          CASE WHEN attcollation = '"C"'::regcollation THEN ' COLLATE "C"' ELSE '' END, CASE WHEN attnotnull THEN ' NOT NULL' ELSE '' END,
          coalesce(' DEFAULT ' || pg_get_expr(adbin, adrelid), '')) AS part
      FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
      WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND attnum > 0 AND NOT attisdropped
      UNION ALL
      SELECT relname, 1, row_number() OVER (ORDER BY contype DESC, conname), '  ' || pg_get_constraintdef(pg_constraint.oid)
      FROM pg_constraint JOIN pg_class ON conrelid = pg_class.oid
      WHERE connamespace = 'public'::regnamespace AND contype <> 'n'
    ) AS parts GROUP BY relname ORDER BY relname`);
  const indexes = await lines(`
    SELECT replace(indexdef, 'public.', '') || ';' AS line FROM pg_indexes
    WHERE schemaname = 'public' AND indexname NOT LIKE '%_pkey' ORDER BY indexname`);
  const sequences = await lines(
    `SELECT format('CREATE SEQUENCE %s;', sequencename) AS line FROM pg_sequences WHERE schemaname = 'public' ORDER BY 1`,
  );
  const functions = await lines(`
    SELECT replace(pg_get_functiondef(oid), 'public.', '') || ';' AS line FROM pg_proc
    WHERE pronamespace = 'public'::regnamespace ORDER BY proname, pg_get_function_identity_arguments(oid) COLLATE "C"`);
  const triggers = await lines(`
    SELECT replace(pg_get_triggerdef(oid), 'public.', '') || ';' AS line FROM pg_trigger WHERE NOT tgisinternal ORDER BY tgname`);
  return [
    HEAD,
    ...[tables, [indexes.join('\n')], sequences, functions, triggers].flat().map((text) => `${text.trim()}\n`),
  ].join('\n');
}
