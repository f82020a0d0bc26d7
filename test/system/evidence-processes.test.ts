// Processes that read documents are killed, stopped, doubled and kept busy: nothing is lost, and nothing is read twice.
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { type DocumentName, documentOf } from '../evidence/documents.ts';
import { sql } from '../store/database.ts';
import {
  getArtifact,
  newArtifact,
  newFolder,
  newPlace,
  newRun,
  put,
  removeFolders,
  send,
  timesRead,
  waitingReadings,
} from './documents-sent.ts';
import { FAULTS, startMaestro, stopAll } from './processes.ts';

afterAll(async () => {
  await stopAll();
  removeFolders();
});

/** Takes seconds to be read. */
const SLOW = documentOf('CycloneDX XML', 15_000);
const SMALL: readonly DocumentName[] = ['SPDX JSON', 'Syft JSON', 'OpenVEX', 'in-toto statement', 'Trivy', 'JUnit XML'];
const small = (at: number) => documentOf(SMALL[at % SMALL.length] as DocumentName, 50 + at);

const PATIENT = { EVIDENCE_TIMEOUT_MS: '60000' };

/** Sends small documents one after the other, without waiting for their readings. */
async function sendSmall(url: string, run: string, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let at = 0; at < count; at += 1) ids.push((await send(url, run, small(at), 0)).id);
  return ids;
}

const idsThatWait = async (database: string) => (await waitingReadings(database)).map(({ artifact_id }) => artifact_id);
const idsThatAreRead = async (database: string) =>
  (await waitingReadings(database)).filter((one) => one.is_leased).map(({ artifact_id }) => artifact_id);

/** A lease is a minute: `make test-faults` waits for it, otherwise the database is told that it has passed. */
async function letAMinutePass(database: string): Promise<void> {
  if (FAULTS >= 50) await sleep(60_000);
  else await sql(database, "UPDATE waiting_readings SET leased_until = leased_until - interval '1 minute'");
}

async function expectEachReadOnce(url: string, database: string, ids: readonly string[]): Promise<void> {
  const states = await Promise.all(ids.map(async (id) => (await getArtifact(url, id)).evidence?.state));
  expect(new Set(states)).toEqual(new Set(['read']));
  expect([...(await timesRead(database))].sort()).toEqual(ids.map((id) => [id, 1]).sort());
  expect(await idsThatWait(database)).toEqual([]);
}

describe('a process that is killed', () => {
  it('while it reads leaves what waits to the next one at once, and what it read after a minute', async () => {
    const { database, environment } = await newPlace();
    const maestro = await startMaestro(database, { ...environment, ...PATIENT });
    const run = await newRun(maestro.url);
    const { id: before } = await send(maestro.url, run, small(0), 60);
    const { id: slow } = await send(maestro.url, run, SLOW, 0);
    const after = await sendSmall(maestro.url, run, 12);
    await expect.poll(() => idsThatAreRead(database), { interval: 5 }).toEqual([slow]);
    await maestro.stop('SIGKILL');
    expect(await idsThatWait(database)).toEqual([slow, ...after]);
    const next = await startMaestro(database, { ...environment, ...PATIENT });
    await expect.poll(() => idsThatWait(database)).toEqual([slow]);
    expect(await waitingReadings(database)).toEqual([{ artifact_id: slow, attempts: 1, is_leased: true }]);
    await letAMinutePass(database);
    await expect.poll(() => idsThatWait(database), { timeout: 60_000 }).toEqual([]);
    await expectEachReadOnce(next.url, database, [before, slow, ...after]);
  }, 240_000);

  it(`again and again (${FAULTS} times) while documents are sent leaves none of them unread`, async () => {
    const { database, environment } = await newPlace();
    const maestro = await startMaestro(database, { ...environment, ...PATIENT, EVIDENCE_WORKERS: '2' });
    const run = await newRun(maestro.url);
    const ids: string[] = [];
    for (let at = 0; at < 10 * FAULTS; at += 1) ids.push(await newArtifact(maestro.url, run));
    let [sentAgain, acknowledged] = [0, 0];
    // Kills come when so many were acknowledged, not at a time: a fast machine would have sent them all by then.
    let mark = { at: 0, reach: () => {} };
    const sendAll = async (first: number) => {
      for (let at = first; at < ids.length; at += 4) {
        // Until it is acknowledged, by whichever status: a second time the same bytes are 200.
        const body = documentOf('CycloneDX XML', 100 + at);
        const sendOne = () =>
          fetch(`${maestro.url}/maestro/artifacts/${ids[at]}/content`, {
            method: 'PUT',
            headers: { prefer: 'wait=0' },
            body,
          }).then(
            ({ status }) => status < 300,
            () => false,
          );
        while (!(await sendOne())) {
          sentAgain += 1;
          await sleep(20);
        }
        acknowledged += 1;
        if (acknowledged >= mark.at) mark.reach();
      }
    };
    let sending: Promise<unknown> | null = null;
    for (let count = 0; count < FAULTS; count += 1) {
      const reached = new Promise<void>((reach) => {
        mark = { at: 10 * count + 2, reach };
      });
      if (acknowledged >= mark.at) mark.reach();
      sending ??= Promise.all([0, 1, 2, 3].map(sendAll));
      await reached;
      await maestro.restart('SIGKILL');
      await maestro.untilReady();
    }
    await sending;
    // Else the kills came at no bad moment, and nothing was shown.
    expect(sentAgain).toBeGreaterThan(0);
    await expect.poll(async () => (await waitingReadings(database)).filter((one) => !one.is_leased)).toEqual([]);
    await letAMinutePass(database);
    await expect.poll(() => idsThatWait(database), { timeout: 60_000 }).toEqual([]);
    await expectEachReadOnce(maestro.url, database, ids);
  }, 600_000);
});

describe('two processes on one database', () => {
  it('read each of 100 documents once, and share them', async () => {
    const { database, environment } = await newPlace();
    const named = (name: string) => startMaestro(`${database}?application_name=${name}`, environment);
    const [one, other] = [await named('one'), await named('other')];
    await sql(database, 'CREATE TABLE leases (artifact_id text, process text)');
    await sql(
      database,
      `CREATE FUNCTION note_lease() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
         INSERT INTO leases VALUES (NEW.artifact_id, current_setting('application_name')); RETURN NULL;
       END $$;
       CREATE TRIGGER note_lease AFTER UPDATE ON waiting_readings FOR EACH ROW
         WHEN (NEW.attempts > OLD.attempts) EXECUTE FUNCTION note_lease()`,
    );
    const run = await newRun(one.url);
    // All at once, so that both have work.
    const ids = await Promise.all(
      Array.from({ length: 100 }, async (_, at) => (await send([one, other][at % 2]?.url ?? '', run, small(at), 0)).id),
    );
    await expect.poll(() => idsThatWait(database), { timeout: 60_000 }).toEqual([]);
    await expectEachReadOnce(one.url, database, ids);
    const leases = await sql<{ artifact_id: string; process: string }>(database, 'SELECT * FROM leases');
    expect(leases.map(({ artifact_id }) => artifact_id).sort()).toEqual([...ids].sort());
    expect([...new Set(leases.map(({ process }) => process))].sort()).toEqual(['one', 'other']);
  }, 120_000);
});

describe('a process that is told to stop', () => {
  it('finishes what it reads or gives it back, answers who waits, and leaves the rest as it was', async () => {
    const { database, environment } = await newPlace();
    const settings = { ...environment, ...PATIENT, SHUTDOWN_WAIT_MS: '0' };
    const maestro = await startMaestro(database, settings);
    const run = await newRun(maestro.url);
    const { id: slow } = await send(maestro.url, run, SLOW, 0);
    const rest = await sendSmall(maestro.url, run, 5);
    const last = await newArtifact(maestro.url, run);
    const answer = put(maestro.url, last, small(5), 60);
    await expect.poll(() => idsThatWait(database), { interval: 5 }).toEqual([slow, ...rest, last]);
    expect(await idsThatAreRead(database)).toEqual([slow]);
    expect(await maestro.stop()).toBe(0);
    expect((await answer).evidence?.state).toBe('pending');
    const left = await waitingReadings(database);
    // It is finished where that took less than two seconds.
    const isFinished = !left.some(({ artifact_id }) => artifact_id === slow);
    const waiting = isFinished ? [...rest, last] : [slow, ...rest, last];
    expect(left).toEqual(waiting.map((artifact_id) => ({ artifact_id, attempts: 0, is_leased: false })));
    expect([...(await timesRead(database))]).toEqual(isFinished ? [[slow, 1]] : []);
    const next = await startMaestro(database, settings);
    await expect.poll(() => idsThatWait(database)).toEqual([]);
    await expectEachReadOnce(next.url, database, [slow, ...rest, last]);
  }, 120_000);
});

describe.skipIf(process.platform !== 'linux')('the memory of a process', () => {
  const MIB = 1024 * 1024;
  const rss = (pid: number) => Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * 4_096;

  it('does not grow with what was read: 50 SBOMs of 5 MiB, one after the other', async () => {
    const { url, pid } = await startMaestro('', { BLOB_URL: `file:${newFolder()}` });
    const run = await newRun(url);
    const text = documentOf('CycloneDX JSON', 11_600).toString();
    expect(text.length).toBeGreaterThan(5 * MIB);
    const used: number[] = [];
    for (let count = 0; count < 50; count += 1) {
      const bytes = Buffer.from(text.replace(/urn:uuid:[0-9a-f-]+/, `urn:uuid:${randomUUID()}`));
      expect((await send(url, run, bytes, 60)).evidence).toMatchObject({ state: 'read', findings_total: 0 });
      used.push(rss(pid()));
    }
    // What 40 of them hold as text alone is 200 MiB, parsed it is 800.
    expect(Math.max(...used.slice(40))).toBeLessThan(Math.max(...used.slice(0, 10)) + 150 * MIB);
  }, 240_000);
});
