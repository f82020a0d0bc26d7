// A header that changes what an operation answers is declared there, and one that does not is not.
import { describe, expect, it } from 'vitest';
import { EXAMPLES } from '../../src/openapi/examples/examples.ts';
import { HEADER_PARAMETERS, RESPONSE_HEADERS, SOMETIMES } from '../../src/openapi/headers.ts';
import type { Case } from './examples/case.ts';
import { CASES, isUnprovoked, play } from './examples/record.ts';

/** A value of each header that no operation which reads it can let pass. */
const TELLING: Record<string, string> = {
  Prefer: 'wait=never',
  'Idempotency-Key': '\u00e9',
  'If-Match': '"another"',
  'If-None-Match': '*',
  'Repr-Digest': 'not a digest',
  'Content-Digest': 'not a digest',
  Range: 'bytes=99999-',
};

/** Headers that an operation reads only to refuse them: no caller is to send them. */
const REFUSED: Record<string, string[]> = { createToken: ['Idempotency-Key'], rotateToken: ['Idempotency-Key'] };

const operations = Object.keys(CASES);

/** The request of the first 2xx of an operation, and that status. */
function good(operation: string): [status: number, one: Case] {
  const cases = Object.entries(CASES[operation] ?? {}).filter(([status]) => status.startsWith('2'));
  const [status, one] = cases[0] ?? [];
  if (one === undefined || isUnprovoked(one)) throw new Error(`${operation} has no 2xx`);
  return [Number(status), one];
}

describe('the headers of requests', () => {
  it.each(operations)('are declared where they are read: %s', { tags: 'slow' }, async (operation) => {
    const [status, one] = good(operation);
    const read: string[] = [];
    for (const [name, value] of Object.entries(TELLING)) {
      const headers = { ...one.request.headers, [name.toLowerCase()]: value };
      const { statusCode } = await play({ ...one, request: { ...one.request, headers } });
      if (statusCode !== status) read.push(name);
    }
    const sent = (HEADER_PARAMETERS[operation] ?? []).map(({ name }) => name);
    const declared = [...sent, ...(REFUSED[operation] ?? [])];
    expect(declared.filter((name) => name !== 'If-Range').sort()).toEqual(read.sort());
  });

  it('are those of operations that exist', () => {
    expect(operations).toEqual(expect.arrayContaining(Object.keys(HEADER_PARAMETERS)));
    expect(operations).toEqual(expect.arrayContaining(Object.keys(SOMETIMES)));
  });

  it('include If-Range, which lets a part be the whole', async () => {
    const [, one] = good('getArtifactContent');
    const send = (condition: string) =>
      play({ ...one, request: { ...one.request, headers: { range: 'bytes=0-9', 'if-range': condition } } });
    expect((await send('"another"')).statusCode).toBe(200);
    expect((await send(EXAMPLES.getArtifactContent?.[200]?.headers?.etag ?? '')).statusCode).toBe(206);
  });
});

describe('the headers of answers that only some have', () => {
  it('are Link where a list has a next page', async () => {
    for (const operation of ['listArtifacts', 'listDisclosurePacks']) {
      const [, one] = good(operation);
      const more = await playTwice(operation, one);
      expect(more.headers.link, operation).toMatch(/^<[^>]+[?&]cursor=[^>]+>; rel="next"$/);
    }
  });

  it.each([200, 409])('are Retry-After where the gate may soon say otherwise: %i', async (status) => {
    const pending = { state: 'pending' };
    const enforce = status === 409 ? '?enforce=true' : '';
    const [, one] = good('checkReleaseGate');
    const answer = await play({
      ...one,
      options: {
        deps: (deps) => ({
          storesFor: (request) => {
            const stores = deps.storesFor(request);
            const evidence: typeof stores.runs.evidence = async (id) => {
              const real = await stores.runs.evidence(id);
              const artifacts = real.artifacts.map((artifact) => ({ ...artifact, evidence: pending as never }));
              return { ...real, artifacts };
            };
            return { ...stores, runs: { ...stores.runs, evidence } };
          },
        }),
      },
      request: { url: `${one.request.url}${enforce}` },
    });
    expect([answer.statusCode, answer.headers['retry-after']]).toEqual([status, '2']);
  });

  it('are all known by name', () => {
    const names = Object.values(SOMETIMES).flatMap((statuses) => Object.values(statuses).flatMap(Object.keys));
    expect(names.filter((name) => RESPONSE_HEADERS[name] === undefined)).toEqual([]);
  });
});

/** Asks for one row of a list of two. */
function playTwice(operation: string, one: Case) {
  const create = { listArtifacts: 'createArtifact', listDisclosurePacks: 'createDisclosurePack' }[operation] ?? '';
  const [, second] = good(create);
  return play({ ...one, before: [second.request], request: { url: `${one.request.url}&limit=1` } });
}
