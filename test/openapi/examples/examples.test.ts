import type { LightMyRequestResponse } from 'fastify';
import { describe, expect, it } from 'vitest';
import { bodyOf, type Example } from '../../../src/openapi/examples/example.ts';
import { EXAMPLES } from '../../../src/openapi/examples/examples.ts';
import { ARTIFACT_ID, PACK_ID, REQUEST_ID, RUN_ID, SBOM_TEXT, TOKEN_ID } from '../../../src/openapi/examples/story.ts';
import { RESPONSE_HEADERS } from '../../../src/openapi/headers.ts';
import { expectDeclared, openapiText } from '../../helper.ts';
import { documentSchemas } from '../../system/document-schemas.ts';
import { operationsOf } from '../../system/request-generator.ts';
import type { Case } from './case.ts';
import { CASES, exampleOf, isUnprovoked, play } from './record.ts';

const document = JSON.parse(await openapiText());
const schemas = documentSchemas(document);
const operations = operationsOf(document);
const operationOf = (id: string) => {
  const found = operations.find((one) => one.id === id);
  if (found === undefined) throw new Error(`no operation ${id}`);
  return found;
};

type Documented = {
  operationId: string;
  responses: Record<string, { content?: Record<string, { example?: unknown }> }>;
};
const documented = Object.values<Record<string, Documented>>(document.paths).flatMap((methods) =>
  Object.values(methods),
);
const each = documented.flatMap(({ operationId, responses }) =>
  Object.keys(responses).map((status) => [operationId, Number(status)] as const),
);
const provoked = each.flatMap(([operation, status]) => {
  const one = CASES[operation]?.[status];
  return one === undefined || isUnprovoked(one) ? [] : [[operation, status, one] as const];
});

const exampleAt = (operation: string, status: number): Example => EXAMPLES[operation]?.[status] ?? {};

async function answerOf(one: Case): Promise<LightMyRequestResponse> {
  const response = await play(one);
  const { method = 'GET', url = '' } = one.request;
  await expectDeclared(method, String(url), response);
  return response;
}

describe('the examples', () => {
  it('are there for every status of every operation, each with the request that provokes it', () => {
    const names = (table: object) =>
      Object.entries(table).flatMap(([operation, statuses]) =>
        Object.keys(statuses).map((status) => `${operation} ${status}`),
      );
    const declared = each.map(([operation, status]) => `${operation} ${status}`).sort();
    expect(declared.length).toBeGreaterThan(250);
    expect(names(CASES).sort()).toEqual(declared);
    expect(names(EXAMPLES).sort()).toEqual(declared);
  });

  it('are provoked but for these, which nothing in process brings about', () => {
    const without = Object.entries(CASES).flatMap(([operation, cases]) =>
      Object.entries(cases).flatMap(([status, one]) =>
        isUnprovoked(one) ? [`${operation} ${status}: ${one.reason}`] : [],
      ),
    );
    expect(without).toEqual([
      'getVersion 500: it asks nothing that could fail',
      'getVersion 503: it asks nothing that could be away',
      'getHealth 500: it asks nothing that could fail',
      'getHealth 503: it answers at once, under overload too',
    ]);
  });

  it.each(provoked)('are what the server answers: %s %i', async (operation, status, one) => {
    const response = await answerOf(one);
    expect(response.statusCode).toBe(status);
    expect(exampleOf(response)).toEqual(exampleAt(operation, status));
  });

  it.each(each)('fit the schema of their status, and stand in the document: %s %i', (operation, status) => {
    const body = bodyOf(exampleAt(operation, status));
    const { responses } = documented.find(({ operationId }) => operationId === operation) as Documented;
    const contents = Object.values(responses[status]?.content ?? {});
    expect(contents.map(({ example }) => example)).toEqual(body === undefined ? [] : [body]);
    if (typeof body === 'object') expect(schemas.faultOfAnswer(operationOf(operation), status, body)).toBeNull();
  });

  it('declare every header that they have', () => {
    const headers = Object.values(EXAMPLES).flatMap((one) => Object.values(one).map(({ headers }) => headers ?? {}));
    const names = new Set(headers.flatMap((one) => Object.keys(one)));
    expect([...names].filter((name) => RESPONSE_HEADERS[name] === undefined)).toEqual([]);
    expect([...names]).toEqual(
      expect.arrayContaining(['etag', 'link', 'location', 'retry-after', 'content-range', 'www-authenticate']),
    );
  });

  it('tell one story: no id but those of its run, artifact, pack, token and request', () => {
    const known = [RUN_ID, ARTIFACT_ID, PACK_ID, TOKEN_ID, REQUEST_ID];
    const ids = JSON.stringify(EXAMPLES).match(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g) ?? [];
    expect(ids.length).toBeGreaterThan(50);
    expect(ids.filter((id) => !known.includes(id))).toEqual([]);
  });
});

describe('the schemas', () => {
  const own = Object.entries<{ examples?: unknown[] }>(document.components.schemas);
  const used = new Set(JSON.stringify(document.paths).match(/(?<=#\/components\/schemas\/)\w+/g));

  it.each([...used])('have an example of the whole that fits, where an operation uses them: %s', (name) => {
    const examples = own.find(([one]) => one === name)?.[1].examples ?? [];
    expect(examples).toHaveLength(1);
    expect(schemas.faultOfSchema(name, examples[0])).toBeNull();
  });
});

describe('the examples of requests', () => {
  const bodies = operations.filter(({ path, method }) => {
    const { requestBody } = document.paths[path][method.toLowerCase()];
    return requestBody?.content['application/json'] !== undefined;
  });

  it.each(bodies)('fit their schema: $method $path', (operation) => {
    const { content } = document.paths[operation.path][operation.method.toLowerCase()].requestBody;
    const { example } = content['application/json'];
    expect(example).toBeDefined();
    expect(schemas.faultOfRequest(operation, example)).toBeNull();
  });

  it('are six, and two of content', () => {
    expect(bodies).toHaveLength(6);
    const sboms = Object.values<Record<string, { requestBody?: { content: Record<string, { example?: unknown }> } }>>(
      document.paths,
    ).flatMap((methods) =>
      Object.values(methods).flatMap(({ requestBody }) => {
        const example = requestBody?.content['text/plain']?.example;
        return example === undefined ? [] : [example];
      }),
    );
    expect(sboms).toEqual([SBOM_TEXT, SBOM_TEXT]);
  });
});
