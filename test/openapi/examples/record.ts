// Plays every case and keeps what the server answers, as the files of src/openapi/examples hold it.
import type { LightMyRequestResponse } from 'fastify';
import type { ErrorCode, FieldError } from '../../../src/domain/errors.ts';
import { PROBLEMS, RETRY_AFTER } from '../../../src/http/problem.ts';
import type { Answer, Example, Examples, Refusal } from '../../../src/openapi/examples/example.ts';
import { artifacts } from './artifacts.ts';
import { callers } from './callers.ts';
import type { Case, Cases, Unprovoked } from './case.ts';
import { content } from './content.ts';
import { evidence } from './evidence.ts';
import { health } from './health.ts';
import { jobs } from './jobs.ts';
import { packs } from './packs.ts';
import { runs } from './runs.ts';
import { worldAt } from './world.ts';

export const CASES: Cases = {
  ...runs,
  ...artifacts,
  ...content,
  ...evidence,
  ...packs,
  ...callers,
  ...jobs,
  ...health,
};

export const isUnprovoked = (one: Case | Unprovoked): one is Unprovoked => 'reason' in one;

/** What the server answers to the request of a case, on a server of its own. */
export async function play({
  stage = 'pack',
  options,
  earlier = [],
  before = [],
  meanwhile = [],
  request,
  time,
  id,
}: Case) {
  const { app, send } = await worldAt(stage, options, earlier);
  try {
    for (const one of before) await send(one);
    for (const one of meanwhile) send(one).catch(() => {});
    return await send(request, time, id);
  } finally {
    await app.close();
  }
}

/** What an example tells of an answer. */
export function exampleOf(response: LightMyRequestResponse): Example {
  const headers = toldHeaders(response);
  const type = String(response.headers['content-type'] ?? '');
  if (response.body === '') return headers;
  if (!/^application\/(problem\+)?json/.test(type)) return { ...headers, body: response.body };
  const body = response.json();
  return response.statusCode < 400 ? { ...headers, body } : { ...headers, ...refusalOf(body) };
}

type ProblemBody = {
  type: string;
  title: string;
  status: number;
  detail: string;
  instance: string;
  errors?: FieldError[];
};

function refusalOf(body: ProblemBody): Refusal {
  const { type, title: _, status: __, detail, instance: ___, errors, ...more } = body;
  return {
    code: type.replace('urn:maestro:problem:', '') as ErrorCode,
    detail,
    ...(errors === undefined ? {} : { errors }),
    ...(Object.keys(more).length === 0 ? {} : { more }),
  };
}

// What every answer has, and what is of the connection, tells nothing of this one.
const UNTOLD = [
  'cache-control',
  'connection',
  'content-length',
  'content-security-policy',
  'content-type',
  'date',
  'transfer-encoding',
  'x-content-type-options',
  'x-request-id',
];

function toldHeaders({ headers }: LightMyRequestResponse): Pick<Answer, 'headers'> {
  const told = Object.entries(headers).filter(([name]) => !UNTOLD.includes(name));
  if (told.length === 0) return {};
  return { headers: Object.fromEntries(told.map(([name, value]) => [name, String(value)])) };
}

/** The example of a case; where the answer cannot be provoked, what it would be. */
export async function record(one: Case | Unprovoked): Promise<Example> {
  if (!isUnprovoked(one)) return exampleOf(await play(one));
  const { code, message } = one.error;
  const headers = PROBLEMS[code].status === 503 ? { headers: { 'retry-after': RETRY_AFTER } } : {};
  return { ...headers, code, detail: message };
}

/** Every example, by operation and status. */
export async function recordAll(): Promise<Examples> {
  const recorded: Record<string, Record<number, Example>> = {};
  // The timers of a server keep no process alive, and a request without a socket does not either.
  const awake = setInterval(() => {}, 60_000);
  for (const [operation, cases] of Object.entries(CASES)) {
    const examples: Record<number, Example> = {};
    for (const [status, one] of Object.entries(cases)) examples[Number(status)] = await record(one);
    recorded[operation] = examples;
  }
  clearInterval(awake);
  return recorded;
}
