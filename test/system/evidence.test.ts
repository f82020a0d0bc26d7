// Documents through the compiled server and its own workers: read, refused, waited for, and judged by the gate.
import { createHash, randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contentOf, type DocumentName, documentOf } from '../evidence/documents.ts';
import {
  codesOf,
  gate,
  getArtifact,
  getEvidence,
  inspect,
  newArtifact,
  newFolder,
  newPlace,
  newRun,
  put,
  readAgain,
  removeFolders,
  send,
} from './documents-sent.ts';
import { HOSTILE } from './evidence-bombs.ts';
import { startMaestro, stopAll } from './processes.ts';

const MIB = 1024 * 1024;

/** As many seconds as may be waited for; nothing here takes them. */
const LONG = 60;

afterAll(async () => {
  await stopAll();
  removeFolders();
});

/** What is no document, and like nothing else. */
const program = (size: number) => Buffer.concat([Buffer.from('\x7fELF'), randomBytes(size)]);

const SLOW: [DocumentName, number] = ['CycloneDX XML', 4_000];

describe.each(['memory', 'PostgreSQL'] as const)('a document, with %s', (store) => {
  let url: string;
  beforeAll(async () => {
    const { database, environment } = store === 'memory' ? { database: '', environment: {} } : await newPlace();
    ({ url } = await startMaestro(database, environment));
  });

  it('is read before its upload is answered, and what it holds can be fetched', async () => {
    const { id, evidence } = await send(url, await newRun(url), documentOf('CycloneDX JSON', 30), LONG);
    expect(evidence).toMatchObject({ state: 'read', kind: 'sbom', format: 'cyclonedx-json', level: 'parsed' });
    expect((await getArtifact(url, id)).evidence).toEqual(evidence);
    const { valid, subjects, subjects_total, facts, findings, ...rest } = await getEvidence(url, id, 0);
    const { reading, verification, named_by, signed_by, ...summary } = rest;
    expect({ ...summary, subjects }).toEqual(evidence);
    expect({ reading, valid, subjects_total }).toEqual({ reading: 'current', valid: true, subjects_total: 1 });
    expect(findings).toEqual([]);
    expect({ verification, named_by, signed_by }).toEqual({ verification: null, named_by: [], signed_by: [] });
    expect(facts).toMatchObject({ kind: 'sbom', components: 30 });
  });

  it('is unreadable where it is damaged, opaque where it is no evidence, and says which', async () => {
    const run = await newRun(url);
    const damaged = await send(url, run, documentOf('SPDX JSON', 30).subarray(0, 1_000), LONG);
    expect(damaged.evidence).toMatchObject({ state: 'unreadable', level: null });
    expect(codesOf(await getEvidence(url, damaged.id, 0))).toEqual(['unreadable', 'json-malformed']);
    const bytes = program(1_000);
    const built = await send(url, run, bytes, LONG);
    expect(built.evidence).toMatchObject({ state: 'opaque', kind: 'opaque', level: null });
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    expect((await getEvidence(url, built.id, 0)).facts).toMatchObject({ size: bytes.length, digests: { sha256 } });
  });

  it('waits to be read where nobody waits for it, and is read all the same, the slow one before it first', async () => {
    const run = await newRun(url);
    const slow = await send(url, run, documentOf(...SLOW), 0);
    const next = await send(url, run, documentOf('OpenVEX', 3), 0);
    expect([slow.evidence?.state, next.evidence?.state]).toEqual(['pending', 'pending']);
    expect(await getEvidence(url, next.id, 0)).toMatchObject({ state: 'pending', valid: null, facts: null });
    const [later, first] = await Promise.all([next, slow].map(({ id }) => getEvidence(url, id, LONG)));
    expect([first?.state, later?.state]).toEqual(['read', 'read']);
    expect((first?.read_at ?? '') < (later?.read_at ?? '')).toBe(true);
  });

  it('is read again when that is asked for', async () => {
    const { id, evidence } = await send(url, await newRun(url), documentOf('CSAF', 3), LONG);
    const again = await readAgain(url, id, LONG, 200);
    expect(again).toMatchObject({ state: 'read', format: 'csaf' });
    expect((again.read_at ?? '') > (evidence?.read_at ?? '')).toBe(true);
    const { id: slow } = await send(url, await newRun(url), documentOf(...SLOW), LONG);
    expect(await readAgain(url, slow, 0, 202)).toMatchObject({ state: 'pending', facts: null, read_at: null });
    expect(await getEvidence(url, slow, LONG)).toMatchObject({ state: 'read', facts: { components: SLOW[1] } });
  });

  it('can be looked at without being kept', async () => {
    expect(await inspect(url, documentOf('SARIF', 5))).toMatchObject({ state: 'read', facts: { results: 5 } });
    expect(codesOf(await inspect(url, '{"bomFormat":'))).toEqual(['unreadable', 'json-malformed']);
    expect(await inspect(url, '')).toMatchObject({ state: 'opaque', facts: { size: 0 } });
    expect(await inspect(url, gzipSync(documentOf('Grype', 5)))).toMatchObject({ facts: { vulnerabilities: 5 } });
  });

  it('holds the gate until it is read, for every caller who waits, whatever comes at the same time', async () => {
    const run = await newRun(url);
    const declared = { sbom_present: true, slsa_provenance_present: true, risk_assessment_present: true };
    await newArtifact(url, run, { metadata_json: declared });
    await send(url, run, documentOf(...SLOW), 0);
    const before = await gate(url, run, 0);
    expect(before).toMatchObject({ passed: false, details: { pending_artifacts: 1 } });
    expect(before.details.reasons.map(({ code }) => code)).toEqual(['evidence_pending']);
    const names: DocumentName[] = ['Syft JSON', 'SPDX YAML', 'Trivy', 'JUnit XML', 'DSSE', 'SPDX 3'];
    const uploads = names.map((name) => send(url, run, documentOf(name, 100), 0));
    await Promise.all(uploads);
    const verdicts = await Promise.all(Array.from({ length: 8 }, () => gate(url, run, 30)));
    for (const { passed, details } of verdicts) {
      expect(passed).toBe(true);
      expect(details).toMatchObject({ total_artifacts: names.length + 2, pending_artifacts: 0, reasons: [] });
    }
  });

  it('lets the run pass with two others, where all three are about one thing that was built', async () => {
    const run = await newRun(url);
    const built = program(1_000);
    const sha256 = createHash('sha256').update(built).digest('hex');
    const { id } = await send(url, run, built, 0);
    expect((await gate(url, run, 30)).details.reasons.map(({ code }) => code)).toEqual(['no_compliant_artifact']);
    const sbom = contentOf('SPDX JSON', 20) as { packages: object[] };
    Object.assign(sbom.packages[0] ?? {}, { checksums: [{ algorithm: 'SHA256', checksumValue: sha256 }] });
    const provenance = { ...contentOf('in-toto statement', 1), subject: [{ name: 'app.tgz', digest: { sha256 } }] };
    const about = await newArtifact(url, run, { about: [id] });
    const documents = await Promise.all([
      send(url, run, JSON.stringify(sbom), 0),
      send(url, run, JSON.stringify(provenance), 0),
      put(url, about, documentOf('Grype', 3), 0),
    ]);
    const { passed, details } = await gate(url, run, 30);
    expect(passed).toBe(true);
    const [one, ...others] = details.compliant;
    expect(others).toEqual([]);
    expect(one?.artifact_id).toBe(id);
    const flags = Object.values(one?.flags ?? {}).map(({ level, because, document }) => [level, because, document]);
    expect(flags).toEqual([
      ['parsed', 'subject', documents[0]?.id],
      ['parsed', 'subject', documents[1]?.id],
      ['parsed', 'about', about],
    ]);
  });
});

describe('a document that would do harm', () => {
  const BOMBS = [
    'a billion laughs',
    'a gigabyte of zeros in gzip',
    '10 million values',
    '100,000 levels of XML',
    'gzip in gzip',
  ];

  it('is unreadable with its code, while others are answered', async () => {
    const { url } = await startMaestro('');
    const run = await newRun(url);
    let left = BOMBS.length;
    const sending = BOMBS.map(async (name) => {
      const [code, make] = HOSTILE[name] ?? [];
      const { id } = await send(url, run, make?.() ?? '', LONG);
      left -= 1;
      expect(codesOf(await getEvidence(url, id, 0)), name).toEqual(['unreadable', code]);
    });
    let answered = 0;
    while (left > 0) {
      expect((await fetch(`${url}/maestro/runs/${run}`)).status).toBe(200);
      answered += 1;
    }
    await Promise.all(sending);
    expect(answered).toBeGreaterThan(BOMBS.length);
    expect((await send(url, run, documentOf('SPDX JSON', 10), LONG)).evidence).toMatchObject({ state: 'read' });
  });

  it('is unreadable where it takes too long, and the next one is read', async () => {
    const { url } = await startMaestro('', { EVIDENCE_TIMEOUT_MS: '300' });
    const run = await newRun(url);
    const slow = documentOf('CycloneDX XML', 20_000);
    for (let round = 0; round < 3; round += 1) {
      const { id } = await send(url, run, slow, 0);
      const { evidence } = await send(url, run, documentOf('SPDX tag-value', 3), LONG);
      expect(codesOf(await getEvidence(url, id, 0))).toEqual(['unreadable', 'timed_out']);
      expect(evidence).toMatchObject({ state: 'read' });
    }
    expect(codesOf(await inspect(url, slow))).toEqual(['unreadable', 'timed_out']);
    expect((await gate(url, run, 0)).details).toMatchObject({ total_artifacts: 6, pending_artifacts: 0 });
  });
});

describe('a document of more than EVIDENCE_LIMIT', () => {
  it('is opaque where it is no evidence, and else unreadable: nothing of it is believed', async () => {
    const { url } = await startMaestro('', { EVIDENCE_LIMIT: String(MIB), BLOB_URL: `file:${newFolder()}` });
    const run = await newRun(url);
    const states = async (bytes: Buffer) => {
      const { id, content } = await send(url, run, bytes, LONG);
      const report = await getEvidence(url, id, 0);
      if (report.state === 'opaque')
        expect(report.facts).toMatchObject({ size: bytes.length, digests: { sha256: content?.digests.sha256 } });
      return [report.format, ...codesOf(report)];
    };
    const names: DocumentName[] = ['CycloneDX JSON', 'CycloneDX XML', 'SPDX tag-value', 'SPDX YAML'];
    const found = [];
    for (const name of names) found.push(await states(documentOf(name, 4_000)));
    expect(found).toEqual([
      ['json-other', 'unreadable', 'too_large'],
      ['xml-other', 'unreadable', 'too_large'],
      ['spdx-tv', 'unreadable', 'too_large'],
      ['spdx-yaml', 'unreadable', 'too_large'],
    ]);
    expect(await states(gzipSync(documentOf('Syft JSON', 4_000)))).toEqual(['json-other', 'unreadable', 'too_large']);
    expect(await states(program(2 * MIB))).toEqual(['other', 'opaque']);
    expect(await states(Buffer.from('built it\n'.repeat(MIB)))).toEqual(['text', 'opaque']);
    expect(await states(documentOf('SPDX YAML', 1_000))).toEqual(['spdx-yaml', 'read']);
    const refused = await fetch(`${url}/maestro/evidence/inspect`, { method: 'POST', body: randomBytes(MIB + 1) });
    expect(refused.status).toBe(413);
  });
});
