// What is trusted, through the compiled server: read at start and at SIGHUP, in force at once, and verified again by one process or another.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import type { TrustReport } from '../../src/trust/trust-report-schema.ts';
import { sql } from '../store/database.ts';
import { gate, getEvidence, newFolder, newPlace, newRun, readAgain, removeFolders, send } from './documents-sent.ts';
import { startMaestro, stopAll } from './processes.ts';
import { handedIn, type Json, newWorld, trustOf } from './verified-run.ts';

afterAll(async () => {
  await stopAll();
  removeFolders();
});

const world = await newWorld();

/** A trust file that can be written anew. */
function trustFile(content: Json | string = trustOf()) {
  const path = join(newFolder(), 'trust.yaml');
  const write = (next: Json | string) => writeFileSync(path, typeof next === 'string' ? next : JSON.stringify(next));
  write(content);
  return { write, environment: { TRUST_FILE: path, GATE_MINIMUM_LEVEL: 'verified' } };
}

const without = (list: string): Json => ({ ...trustOf(), [list]: [] });
const told = async (url: string): Promise<Json> => (await (await fetch(url)).json()) as Json;
const trustReport = async (url: string) => (await told(`${url}/maestro/trust`)) as TrustReport;
const ready = async (url: string): Promise<string> => (await told(`${url}/ready`)).trust_digest;

/** A run with everything about one built thing, read and verified. */
async function newVerifiedRun(url: string): Promise<{ run: string; ids: string[] }> {
  const run = await newRun(url);
  const ids: string[] = [];
  for (const { bytes } of handedIn(world)) ids.push((await send(url, run, Buffer.from(bytes), 30)).id);
  return { run, ids };
}

const codes = (result: Awaited<ReturnType<typeof gate>>) => result.details.reasons.map(({ code }) => code);

describe.each(['memory', 'PostgreSQL'] as const)('what is trusted, with %s', (store) => {
  const place = () => (store === 'memory' ? Promise.resolve({ database: '', environment: {} }) : newPlace());

  it('lets a run pass whose flags are all verified, and says by whom', async () => {
    const { environment } = trustFile();
    const { database, environment: more } = await place();
    const { url } = await startMaestro(database, { ...more, ...environment });
    const { run, ids } = await newVerifiedRun(url);
    const { passed, details } = await gate(url, run, 30);
    expect(passed).toBe(true);
    expect(details.compliant).toMatchObject([
      {
        artifact_id: ids[0],
        flags: {
          sbom_present: { level: 'verified', document: ids[2], signer: { trusted_as: 'release' } },
          slsa_provenance_present: { level: 'verified', document: ids[1], signer: { trusted_as: 'release' } },
          risk_assessment_present: { level: 'verified', document: ids[3], signer: { trusted_as: 'security' } },
        },
      },
    ]);
    const document = await getEvidence(url, ids[1] ?? '', 0);
    expect(document).toMatchObject({ level: 'verified', verification: { stale: false } });
    expect(document.verification?.attestations).toMatchObject([{ state: 'verified', about: [ids[0]] }]);
    const built = await getEvidence(url, ids[0] ?? '', 0);
    expect(built.named_by.map(({ document, state }) => [document, state])).toEqual(
      expect.arrayContaining(ids.slice(1).map((id) => [id, 'verified'])),
    );
  });

  it('is in force from SIGHUP on: nothing passes that the new file does not let through, and again with the old one', async () => {
    const { write, environment } = trustFile();
    const { database, environment: more } = await place();
    const { url, pid } = await startMaestro(database, { ...more, ...environment });
    const { run, ids } = await newVerifiedRun(url);
    const before = await ready(url);
    for (const list of ['sources', 'keys', 'builders']) {
      expect((await gate(url, run, 30)).passed).toBe(true);
      write(list === 'keys' ? { ...trustOf(), keys: [] } : without(list));
      process.kill(pid(), 'SIGHUP');
      await expect.poll(() => ready(url)).not.toBe(before);
      // From here on: whether it is stale still or verified again by now.
      for (let count = 0; count < 5; count += 1) {
        const result = await gate(url, run, 0);
        expect(result.passed).toBe(false);
        expect(codes(result)).toContain('no_compliant_artifact');
      }
      await expect
        .poll(async () => (await trustReport(url)).verifying_again)
        .toEqual({ stale: 0, done: 3, running: false });
      expect((await gate(url, run, 30)).passed).toBe(false);
      write(trustOf());
      process.kill(pid(), 'SIGHUP');
      await expect.poll(() => ready(url)).toBe(before);
    }
    expect((await gate(url, run, 30)).passed).toBe(true);
    expect((await readAgain(url, ids[1] ?? '', 30, 200)).level).toBe('verified');
  });

  it('stays what it was where the file is bad, and is told so', async () => {
    const { write, environment } = trustFile();
    const { database, environment: more } = await place();
    const { url, pid, alive } = await startMaestro(database, { ...more, ...environment });
    const { run } = await newVerifiedRun(url);
    const before = await trustReport(url);
    for (const bad of [
      'keys: [',
      JSON.stringify({ ...trustOf(), sauces: [] }),
      JSON.stringify(without('identities')),
    ]) {
      write(bad);
      process.kill(pid(), 'SIGHUP');
      await expect.poll(async () => (await trustReport(url)).last_error).not.toBeNull();
      expect(await trustReport(url)).toMatchObject({ trust_digest: before.trust_digest, loaded_at: before.loaded_at });
      expect((await gate(url, run, 0)).passed).toBe(true);
      write(trustOf());
      process.kill(pid(), 'SIGHUP');
      await expect.poll(async () => (await trustReport(url)).last_error).toBeNull();
    }
    expect(alive()).toBe(true);
  });
});

describe('a server', () => {
  it.each([
    ['is no YAML', 'keys: [', /TRUST_FILE it is neither YAML nor JSON/],
    ['names somebody unknown', JSON.stringify(without('identities')), /TRUST_FILE builders\.0\.identities\.0/],
  ])('does not start with a trust file that %s', async (_what, content) => {
    await expect(startMaestro('', trustFile(content).environment)).rejects.toThrow('ended with status 1');
  });

  it('does not start with a trust file that is not there', async () => {
    await expect(startMaestro('', { TRUST_FILE: join(newFolder(), 'none.yaml') })).rejects.toThrow('status 1');
  });
});

describe('two processes at one database', () => {
  it('never call verified what either does not trust, and the one that was started later has the last word', async () => {
    const { database, environment } = await newPlace();
    const [old, fresh] = [trustFile(), trustFile(without('sources'))];
    const first = await startMaestro(database, { ...environment, ...old.environment });
    const { run } = await newVerifiedRun(first.url);
    expect((await gate(first.url, run, 30)).passed).toBe(true);
    const second = await startMaestro(database, { ...environment, ...fresh.environment });
    await expect.poll(async () => (await trustReport(second.url)).verifying_again.stale).toBe(0);
    for (let count = 0; count < 10; count += 1) {
      for (const { url } of [first, second]) expect((await gate(url, run, 0)).passed).toBe(false);
      await sleep(100);
    }
    expect(codes(await gate(first.url, run, 0))).toEqual(['evidence_stale', 'no_compliant_artifact']);
    const trusts = await sql<{ trust: string }>(
      database,
      'SELECT DISTINCT trust FROM readings WHERE trust IS NOT NULL',
    );
    expect(trusts.map(({ trust }) => trust)).toEqual([await ready(second.url)]);
    // What is sent to the first is verified by it, and again by the second, which knows better.
    expect(await ready(first.url)).not.toBe(await ready(second.url));
    old.write(without('sources'));
    process.kill(first.pid(), 'SIGHUP');
    await expect.poll(() => ready(first.url)).toBe(await ready(second.url));
  });

  it('verify again what a third was at when it was killed', async () => {
    const { database, environment } = await newPlace();
    const { write, environment: trusting } = trustFile();
    const first = await startMaestro(database, { ...environment, ...trusting });
    const { run } = await newVerifiedRun(first.url);
    await first.stop('SIGKILL');
    write({ ...trustOf(), sources: [...trustOf().sources, { repository: 'https://github.com/acme/other' }] });
    // As if it had died at it: leased to nobody who lives.
    await sql(
      database,
      "UPDATE readings SET verify_leased_until = clock_timestamp() + interval '3 seconds', verify_attempts = 1",
    );
    const second = await startMaestro(database, { ...environment, ...trusting });
    expect((await gate(second.url, run, 0)).passed).toBe(false);
    await expect.poll(async () => (await trustReport(second.url)).verifying_again.stale, { timeout: 30_000 }).toBe(0);
    expect((await gate(second.url, run, 30)).passed).toBe(true);
  });
});
