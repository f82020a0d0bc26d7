import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { storeContent } from '../../../src/domain/artifact/store-content.ts';
import { DEFAULT_JUDGING } from '../../../src/domain/gate/flag.ts';
import { updateRun } from '../../../src/domain/run/update-run.ts';
import type { Stores, TenantStores } from '../../../src/start/stores.ts';
import { gateArtifacts, gateRow } from '../../../src/store/postgres/gate-rows.ts';
import { judgedAt } from '../../domain/gate/judged.ts';
import { A_CONTENT, anArtifact } from '../../domain/rows.ts';
import { postgresStores } from '../../product-stores.ts';
import { requireSameVerdicts } from '../contract/evidence.ts';
import { addArtifact, addRun, CONTENT, stamp } from '../contract/kit.ts';
import { newDatabase, sql } from '../database.ts';
import { requireSameFlags } from '../for-gate.ts';

const ALL = { sbom_present: true, slsa_provenance_present: true, risk_assessment_present: true };
const NONE = { sbom_present: false, slsa_provenance_present: false, risk_assessment_present: false };

let url: string;
let stores: Stores;
let store: TenantStores;
beforeAll(async () => {
  const options = await newDatabase();
  url = options.url;
  stores = await postgresStores(options);
  store = stores.of('default');
});
afterAll(() => stores.close());

/** A succeeded run, which passes as soon as an artifact is compliant. */
async function succeeded(): Promise<string> {
  const { id } = await addRun(store);
  await store.runs.update(id, (row) => updateRun(row, { status: 'succeeded' }, stamp()));
  return id;
}

const keptOf = async (id: string) =>
  (await sql<{ for_gate: unknown }>(url, `SELECT for_gate FROM artifacts WHERE id = '${id}'`))[0]?.for_gate;

const passes = async (run: string) => judgedAt(await store.runs.evidence(run), DEFAULT_JUDGING).gate.passed;

describe('what is kept for the gate', () => {
  it('is the artifact, in every combination of flags', () => {
    for (let bits = 0; bits < 8; bits += 1) {
      const flags = {
        sbom_present: (bits & 1) > 0,
        slsa_provenance_present: (bits & 2) > 0,
        risk_assessment_present: (bits & 4) > 0,
      };
      const { created_at: _, ...rest } = anArtifact({ content_hash: 'x "y"' }, flags);
      expect(gateArtifacts(JSON.stringify(gateRow({ ...rest, created_at: '' })), 'run-1')).toEqual([
        { ...rest, metadata_json: flags },
      ]);
    }
  });

  it.each([
    ['with content', { content: A_CONTENT }],
    ['with evidence but no content', { evidence: { state: 'read' } as never }],
    ['that is about another', { about: ['artifact-2'] }],
    ['with text that PostgreSQL cannot take', { path_or_uri: 'a\0b' }],
    ['with half a character', { content_hash: '\ud800' }],
  ])('is nothing of an artifact %s', (_what, changes) => {
    expect(gateRow(anArtifact())).not.toBeNull();
    expect(gateRow(anArtifact(changes))).toBeNull();
  });

  it('counts no inherited flag and no value but true', () => {
    const odd = { sbom_present: 'true', slsa_provenance_present: 1, risk_assessment_present: {} } as never;
    expect(gateRow(anArtifact({}, odd))?.[4]).toBe(0);
    expect(gateRow(anArtifact({ metadata_json: Object.create(ALL) }))?.[4]).toBe(0);
  });

  it('is written with the row, and compared with it by the tests', async () => {
    const run = await succeeded();
    const { id } = await addArtifact(store, run, { metadata_json: ALL, path_or_uri: 'a "b" \\ c' });
    expect(await keptOf(id)).toEqual([id, 'sbom', 'a "b" \\ c', null, 7]);
    expect(await passes(run)).toBe(true);
    expect(await requireSameFlags(url)).toBeGreaterThan(0);
    await sql(url, `UPDATE artifacts SET for_gate = '["${id}","sbom","file",null,3]' WHERE id = '${id}'`);
    await expect(requireSameFlags(url)).rejects.toThrow(/for_gate says/);
    await sql(url, `UPDATE artifacts SET for_gate = NULL WHERE id = '${id}'`);
    expect(await passes(run)).toBe(true);
  });

  it('is forgotten when the content of the artifact arrives', async () => {
    const run = await succeeded();
    const { id } = await addArtifact(store, run, { metadata_json: ALL });
    expect(await passes(run)).toBe(true);
    await store.artifacts.update(id, (row) => storeContent(row, CONTENT, stamp()));
    expect(await keptOf(id)).toBeNull();
    expect(await passes(run)).toBe(false);
    await requireSameVerdicts(store, run);
  });

  const BODY = (flags: string, more = '') =>
    `{"id":"ID","run_id":"RUN","kind":"sbom","path_or_uri":"f","content_hash":null,"about":[],"created_at":"","metadata_json":${flags},"content":null,"evidence":null${more}}`;
  const HOSTILE = [
    BODY('{"sbom_present":"true","slsa_provenance_present":"true","risk_assessment_present":"true"}'),
    BODY('{"sbom_present":1,"slsa_provenance_present":[true],"risk_assessment_present":{"x":true}}'),
    BODY('{"sbom_present":null,"slsa_provenance_present":null,"risk_assessment_present":null}'),
    BODY('{}'),
    BODY('null'),
    BODY(`{"additional_metadata":${JSON.stringify(ALL)}}`),
    BODY(`{"metadata_json":${JSON.stringify(ALL)}}`),
    BODY(`{"__proto__":${JSON.stringify(ALL)}}`),
    BODY(JSON.stringify(ALL), `,"metadata_json":${JSON.stringify(NONE)}`),
    BODY(JSON.stringify(ALL), ',"metadata\\u005fjson":{}'),
    BODY(JSON.stringify({ ...ALL }).replace('}', ',"sbom_present":false}')),
    BODY(JSON.stringify(ALL), ',"run_id":"other"'),
    BODY(JSON.stringify(ALL), `,"content":${JSON.stringify(A_CONTENT)}`),
    BODY(JSON.stringify({ ...ALL, additional_metadata: { nul: '\0' } }), ',"id":""'),
  ];

  it.each(HOSTILE)('is forgotten when a body is changed by other means, and never passes for it: %s', async (text) => {
    const run = await succeeded();
    const { id } = await addArtifact(store, run, { metadata_json: ALL });
    expect(await passes(run)).toBe(true);
    const body = text.replace('"ID"', `"${id}"`).replace('"RUN"', `"${run}"`).replaceAll("'", "''");
    await sql(url, `UPDATE artifacts SET body = '${body}' WHERE id = '${id}'`);
    expect(await keptOf(id)).toBeNull();
    expect(await passes(run)).toBe(false);
    await requireSameVerdicts(store, run);
  });

  it('is forgotten when a row is moved to another run, whose gate does not pass for it', async () => {
    const [from, to] = [await succeeded(), await succeeded()];
    const { id } = await addArtifact(store, from, { metadata_json: ALL });
    await sql(url, `UPDATE artifacts SET run_id = '${to}' WHERE id = '${id}'`);
    expect(await passes(to)).toBe(false);
    await requireSameVerdicts(store, to);
    expect(await keptOf(id)).toBeNull();
  });

  it.each(['"7"', '8', '-1', '7.5', 'true', 'null', '[7]', '{"sbom_present":true}', '"__proto__"', '"length"'])(
    'is no flag where a damaged row has %s for its flags',
    async (flags) => {
      const run = await succeeded();
      const { id } = await addArtifact(store, run);
      await sql(url, `UPDATE artifacts SET for_gate = '["${id}","sbom","file",null,${flags}]' WHERE id = '${id}'`);
      expect(await passes(run)).toBe(false);
      await sql(url, `UPDATE artifacts SET for_gate = '["${id}"]' WHERE id = '${id}'`);
      expect(await passes(run)).toBe(false);
      await sql(url, `UPDATE artifacts SET for_gate = NULL WHERE id = '${id}'`);
    },
  );

  it('is nothing where a process of the version before wrote the row, which counts all the same', async () => {
    const run = await succeeded();
    const artifact = anArtifact({ id: uuidv7(), run_id: run });
    const body = JSON.stringify(artifact);
    const fields = { tenant: 'default', id: artifact.id, run_id: run, max_artifacts: 9, max_bytes: 9_999, bytes: 9 };
    await sql(url, `SELECT create_artifact('${JSON.stringify(fields)}', '{}', '${body}')`);
    expect(await keptOf(artifact.id)).toBeNull();
    expect(await passes(run)).toBe(true);
    await requireSameVerdicts(store, run);
    const other = anArtifact({ id: uuidv7(), run_id: run });
    await sql(
      url,
      `SELECT create_artifact('default', '${other.id}', '${run}', '${JSON.stringify(other)}', 9, '{}', 9, 9999)`,
    );
    expect(await keptOf(other.id)).toBeNull();
    await requireSameVerdicts(store, run);
  });
});
