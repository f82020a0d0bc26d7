// What callers meet while PostgreSQL is away, and while one of two Maestros is restarted. `FAULTS` makes both longer.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import type { Artifact } from '../../src/domain/artifact/artifact.ts';
import type { Run } from '../../src/domain/run/run.ts';
import { expectedVerdict } from './expected-verdict.ts';
import { FAULTS, newServer, STATEMENT_TIMEOUT_MS, startMaestro, stopAll } from './processes.ts';

const OUTAGE_MS = Math.max(1_000, FAULTS * 200);
const RESTARTS = Math.ceil(FAULTS * 0.4);
const CLIENTS = 64;

/** Time for a connection, a statement and the silence after it, and much for a busy machine: without time-outs none would come. */
const LONGEST_ANSWER_MS = 2_000 + STATEMENT_TIMEOUT_MS + 1_000 + 25_000;

afterAll(stopAll);

type Answer = { status: number; retryAfter: string | null; body: Record<string, unknown> };
type Request = { method: 'GET' | 'POST' | 'PATCH'; path: string; body?: object };

async function send(url: string, { method, path, body }: Request, key: string): Promise<Answer> {
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  if (method === 'POST') headers['idempotency-key'] = key;
  const content = body === undefined ? {} : { headers, body: JSON.stringify(body) };
  const response = await fetch(`${url}/maestro/${path}`, { method, ...content });
  return {
    status: response.status,
    retryAfter: response.headers.get('retry-after'),
    body: (await response.json()) as Answer['body'],
  };
}

const NEW_RUN: Request = { method: 'POST', path: 'runs', body: { name: 'build', owner: 'team' } };

describe(`PostgreSQL stopped for ${OUTAGE_MS} ms under load`, () => {
  it('is told as 503 with Retry-After within the time-outs, and is over by itself', async () => {
    const server = await newServer();
    const maestro = await startMaestro(server.url);
    const { body } = await send(maestro.url, NEW_RUN, 'first');
    const read: Request = { method: 'GET', path: `runs/${body.id}/release-gate` };
    const change: Request = { method: 'PATCH', path: `runs/${body.id}`, body: { metadata: { at: 1 } } };
    const answers: { answer: Answer; ms: number }[] = [];
    let loading = true;
    const clients = Array.from({ length: CLIENTS }, async (_, client) => {
      for (let count = 0; loading; count += 1) {
        const began = performance.now();
        const answer = await send(maestro.url, [NEW_RUN, read, change][count % 3] as Request, `${client}-${count}`);
        answers.push({ answer, ms: performance.now() - began });
        if (answer.status === 503) await sleep(20);
      }
    });
    await sleep(300);
    await server.restart('SIGINT', OUTAGE_MS);
    await maestro.untilReady();
    const recovered = answers.length;
    await sleep(500);
    loading = false;
    await Promise.all(clients);
    expect(maestro.alive()).toBe(true);
    const statuses = new Set(answers.map(({ answer }) => answer.status));
    expect([...statuses].sort()).toEqual([200, 201, 503]);
    for (const { answer } of answers.filter(({ answer: { status } }) => status === 503)) {
      expect(answer.retryAfter).toMatch(/^[1-9]\d*$/);
      expect(answer.body).toMatchObject({ type: 'urn:maestro:problem:store_unavailable' });
    }
    expect(Math.max(...answers.map(({ ms }) => ms))).toBeLessThan(LONGEST_ANSWER_MS);
    expect(answers.slice(recovered + CLIENTS).filter(({ answer }) => answer.status === 503)).toEqual([]);
    expect(answers.length).toBeGreaterThan(recovered + CLIENTS);
  }, 120_000);
});

const STATUSES = ['running', 'succeeded', 'failed'] as const;
const FLAGS = ['sbom_present', 'slsa_provenance_present', 'risk_assessment_present'] as const;

describe(`two Maestros on one database, one of them restarted ${RESTARTS} times`, () => {
  it(`serve ${CLIENTS} clients, who send again once at most and get the verdicts of the model`, async () => {
    const server = await newServer();
    // PostgreSQL is there throughout, though a busy machine may make it slow.
    const patience = {
      STATEMENT_TIMEOUT_MS: '60000',
      DATABASE_CONNECT_TIMEOUT_MS: '60000',
      HANDLER_TIMEOUT_MS: '120000',
    };
    const settings = FAULTS < 50 ? { ...patience, SHUTDOWN_WAIT_MS: '300' } : patience;
    const maestros = [await startMaestro(server.url, settings), await startMaestro(server.url, settings)] as const;
    const urls = maestros.map(({ url }) => url) as [string, string];
    const seen = { sentAgain: 0, passed: 0, blocked: 0 };

    /** Asks one of them, and the other one where that fails. */
    async function ask(turn: number, request: Request): Promise<Answer['body']> {
      const key = randomUUID();
      const first = await send(urls[turn % 2] as string, request, key).catch(() => null);
      if (first !== null && first.status < 300) return first.body;
      if (first !== null) expect(first.status, JSON.stringify(first.body)).toBe(503);
      seen.sentAgain += 1;
      const second = await send(urls[(turn + 1) % 2] as string, request, key);
      expect(second.status, JSON.stringify(second.body)).toBeLessThan(300);
      return second.body;
    }

    let loading = true;
    async function client(number: number): Promise<void> {
      for (let turn = number; loading; turn += 1) {
        let run = (await ask(turn, NEW_RUN)) as Run;
        const artifacts: Artifact[] = [];
        for (let step = 0; step < 4; step += 1) {
          if (step % 2 === 0) {
            const metadata_json = Object.fromEntries(
              FLAGS.map((flag, bit) => [flag, ((turn + step) >> bit) % 2 === 0]),
            );
            const body = { run_id: run.id, kind: 'sbom', path_or_uri: 'file', metadata_json };
            artifacts.unshift((await ask(turn + step, { method: 'POST', path: 'artifacts', body })) as Artifact);
          } else if (run.status === 'pending' || run.status === 'running') {
            const body = { status: STATUSES[(turn + step) % 3] };
            run = (await ask(turn + step, { method: 'PATCH', path: `runs/${run.id}`, body })) as Run;
          }
          const gate: Request = { method: 'GET', path: `runs/${run.id}/release-gate` };
          const verdict = await ask(turn + step + 1, gate);
          const expected = expectedVerdict(run, artifacts, verdict);
          if (!isDeepStrictEqual(verdict, expected)) expect(verdict).toEqual(expected);
          seen[expected.passed ? 'passed' : 'blocked'] += 1;
        }
      }
    }

    const clients = Promise.all(Array.from({ length: CLIENTS }, (_, number) => client(number)));
    const restarts = (async () => {
      for (let count = 0; count < RESTARTS; count += 1) {
        await sleep(200);
        expect(await maestros[0].restart('SIGTERM')).toBe(0);
        await maestros[0].untilReady();
      }
      loading = false;
    })();
    await Promise.all([clients, restarts]);
    expect(maestros.map(({ alive }) => alive())).toEqual([true, true]);
    expect(seen.passed).toBeGreaterThan(0);
    expect(seen.blocked).toBeGreaterThan(0);
    // Else nothing was shown of the restarts.
    expect(seen.sentAgain).toBeGreaterThan(0);
  }, 240_000);
});
