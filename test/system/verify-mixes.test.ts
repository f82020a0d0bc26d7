// Evidence of several builds in one run, and evidence of another run: only what is about one and the same thing counts together.
import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { gateOf } from '../domain/gate/judged.ts';
import { aRun } from '../domain/rows.ts';
import {
  dsseEnvelope,
  githubProvenance,
  githubWorkflow,
  newKey,
  sbomStatement,
  vexStatement,
} from '../trust/signing.ts';
import {
  contentOf,
  documentsOf,
  type Handed,
  handedIn,
  judge,
  newWorld,
  REPOSITORY,
  received,
  trustOf,
} from './verified-run.ts';

const BUILDS = ['A', 'B', 'C'] as const;
const AT = '2026-06-01T00:00:00.000Z';
const documents = Object.fromEntries(
  await Promise.all(BUILDS.map(async (build) => [build, await documentsOf(build)] as const)),
);
const built = BUILDS.map((build): Handed => ({ id: `built ${build}`, bytes: contentOf(build) }));
const file = (name: 'provenance' | 'sbom' | 'vex', build: string) => ({
  id: `${name} ${build}`,
  bytes: Buffer.from(JSON.stringify(documents[build]?.[name])),
});

it('lets a run pass only where SBOM, provenance and VEX are of the same build, of all 27 mixes of three', async () => {
  const passed: string[] = [];
  for (const one of BUILDS) {
    for (const two of BUILDS) {
      for (const three of BUILDS) {
        const handed = [...built, file('sbom', one), file('provenance', two), file('vex', three)];
        if ((await judge(handed, trustOf(), AT)).passed) passed.push(one + two + three);
      }
    }
  }
  expect(passed).toEqual(['AAA', 'BBB', 'CCC']);
});

it('lets a run pass only where each signer vouches for what it signed, of all 27 mixes of three signers', async () => {
  const signers = { sbom: newKey(), provenance: newKey(), risk_assessment: newKey() };
  const names = ['sbom', 'provenance', 'risk_assessment'] as const;
  const subject = { name: 'payment-api.tgz', sha256: createHash('sha256').update(contentOf('A')).digest('hex') };
  const statements = [sbomStatement(subject), githubProvenance(REPOSITORY, subject), vexStatement(subject)];
  const trust = {
    keys: names.map((name) => ({
      ...{ name, pem: signers[name].pem, valid_from: '2026-01-01T00:00:00Z', vouches_for: [name] },
    })),
    builders: [{ id: githubWorkflow(REPOSITORY).subject, keys: [...names] }],
    sources: [{ repository: `https://github.com/${REPOSITORY}` }],
  };
  const passed: string[][] = [];
  for (const mix of names.flatMap((a) => names.flatMap((b) => names.map((c) => [a, b, c] as const)))) {
    const envelopes = statements.map((statement, index) => dsseEnvelope(statement, [signers[mix[index] ?? 'sbom']]));
    const handed = envelopes.map((one, index) => ({
      id: `document ${index}`,
      bytes: Buffer.from(JSON.stringify(one)),
    }));
    if ((await judge([{ id: 'built', bytes: contentOf('A') }, ...handed], trust, AT)).passed) passed.push([...mix]);
  }
  expect(passed).toEqual([[...names]]);
});

it('makes nothing complete of one document that holds statements about three things', async () => {
  const lines = [documents.A?.sbom, documents.B?.provenance, (await newWorld('C')).documents.sbom];
  const bytes = Buffer.from(lines.map((one) => JSON.stringify(one)).join('\n'));
  const verdict = await judge([...built, { id: 'lines', bytes }, file('vex', 'C')], trustOf(), AT);
  expect(verdict.passed).toBe(false);
  const whole = [documents.A?.sbom, documents.A?.provenance].map((one) => JSON.stringify(one)).join('\n');
  const same = [...built, { id: 'lines', bytes: Buffer.from(whole) }, file('vex', 'A')];
  expect((await judge(same, trustOf(), AT)).passed).toBe(true);
});

it('counts nothing of the evidence of another run', async () => {
  const handed = [{ id: 'built', bytes: contentOf('B') }, file('sbom', 'A'), file('provenance', 'A'), file('vex', 'A')];
  expect((await judge(handed, trustOf(), AT)).passed).toBe(false);
  // The thing itself is there, in a run of its own.
  const all = await Promise.all(
    [{ id: 'built', bytes: contentOf('A') }, ...handed].map((one) => received(one, trustOf(), AT)),
  );
  const [foreign, ...own] = all.map(({ artifact }) => artifact);
  const readings = all.map(({ reading }) => reading);
  const artifacts = [{ ...foreign, run_id: 'run-2' }, ...own] as typeof own;
  const judging = { minimum: 'verified', trust: all[0]?.digest ?? null } as const;
  expect(gateOf(aRun({ status: 'succeeded' }), artifacts, readings, judging).passed).toBe(false);
});

it('passes the whole world that the others are made from', async () => {
  const world = await newWorld();
  const { passed, flags } = await judge(handedIn(world), world.trust, world.receivedAt);
  expect(passed).toBe(true);
  const told = Object.values(flags ?? {}).map(({ level, because, document, signer }) => [
    level,
    because,
    document,
    signer?.trusted_as,
  ]);
  expect(told).toEqual([
    ['verified', 'subject', 'sbom', 'release'],
    ['verified', 'subject', 'provenance', 'release'],
    ['verified', 'subject', 'vex', 'security'],
  ]);
});
