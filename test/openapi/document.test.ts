import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { VERSION } from '../../src/routes/version.ts';
import { declaredRoutes, openapiText } from '../helper.ts';

const file = (name: string) => readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8');

type Schema = Record<string, unknown> & { properties?: Record<string, Schema>; $ref?: string };
type Operation = {
  operationId: string;
  summary: string;
  description?: string;
  tags: string[];
  security: object[];
  parameters?: Schema[];
  responses: Record<string, Schema>;
};
type Document = {
  info: { version: string };
  tags: { name: string; description: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema>; securitySchemes: object };
};

let text: string;
let document: Document;
beforeAll(async () => {
  text = await openapiText();
  document = JSON.parse(text);
});

describe('the OpenAPI document', () => {
  it('is the one in docs/openapi.json; `make openapi` writes it anew', () => {
    expect(JSON.parse(file('docs/openapi.json'))).toEqual(document);
    expect(file('docs/openapi.json')).toBe(text);
  });

  it('has the version of the package', () => {
    expect(VERSION).toBe(JSON.parse(file('package.json')).version);
    expect(document.info.version).toBe(VERSION);
  });

  it('names every operation once', () => {
    const ids = operations().map(([, operation]) => operation.operationId);
    expect(ids).toHaveLength(28);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => !/^[a-z]+([A-Z][a-z]+)+$/.test(id))).toEqual([]);
    expect(operations().filter(([, operation]) => !operation.summary)).toEqual([]);
  });

  it('describes every tag, and gives each operation one of them', () => {
    const used = operations().flatMap(([, { tags }]) => tags);
    expect(used).toHaveLength(28);
    expect(new Set(document.tags.map(({ name }) => name))).toEqual(new Set(used));
    expect(document.tags.filter(({ description }) => !description)).toEqual([]);
  });

  it('says of each operation whether it needs a credential, and of its permission in words', async () => {
    const declared = (await declaredRoutes()).filter(({ method }) => method !== 'HEAD');
    const permissions = Object.fromEntries(
      declared.map(({ method, url, permission }) => [
        `${method.toLowerCase()} ${url.replaceAll(/:(\w+)/g, '{$1}')}`,
        permission,
      ]),
    );
    expect(Object.keys(permissions)).toHaveLength(28);
    const open: string[] = [];
    for (const [where, { description = '', operationId, security }] of operations()) {
      const permission = permissions[where];
      const needs = /Needs (?:the permission `([a-z:]+)`|a known caller, and no permission)\.$/.exec(description);
      if (permission === 'none') open.push(operationId);
      expect(security, where).toEqual(permission === 'none' ? [] : [{ bearer: [] }]);
      expect(needs === null, where).toBe(permission === 'none');
      if (needs !== null) expect(needs[1] ?? 'identified', where).toBe(permission);
      expect(description.match(/Needs (?:the|a known)/g) ?? [], where).toHaveLength(needs === null ? 0 : 1);
    }
    expect(open.sort()).toEqual(['getHealth', 'getReadiness', 'getVersion']);
    expect(document.components.securitySchemes).toMatchObject({ bearer: { type: 'http', scheme: 'bearer' } });
  });

  // Generators take a field that has a default for one that is always there.
  it('has no defaults', () => {
    expect(text).not.toContain('"default":');
  });

  it('holds every schema that it refers to, and no other', () => {
    const referred = new Set([...text.matchAll(/#\/components\/schemas\/(\w+)/g)].map(([, name]) => name));
    expect([...referred].sort()).toEqual(Object.keys(document.components.schemas));
    expect(Object.keys(document.components.schemas).filter((name) => name.endsWith('Input'))).toEqual([]);
  });

  it('has a description and an example for every field and parameter', () => {
    const bare: string[] = [];
    for (const [name, schema] of Object.entries(document.components.schemas)) collectBare(schema, name, bare);
    for (const [where, { parameters = [] }] of operations()) {
      for (const parameter of parameters) {
        const schema = parameter.schema as Schema;
        const described = parameter.description ?? schema.description ?? schema.$ref;
        if (described === undefined || !hasExample({ ...parameter, ...schema }))
          bare.push(`${where} ${parameter.name}`);
      }
    }
    expect(bare).toEqual([]);
  });

  it('has a description for every response', () => {
    const bare = operations().flatMap(([where, { responses }]) =>
      Object.entries(responses)
        .filter(([, response]) => !response.description || response.description === 'Default Response')
        .map(([status]) => `${where} ${status}`),
    );
    expect(bare).toEqual([]);
  });
});

function operations(): [string, Operation][] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): [string, Operation] => [`${method} ${path}`, operation]),
  );
}

// A field that refers to a schema has that schema's description and examples.
function collectBare(schema: Schema, where: string, bare: string[]): void {
  for (const [name, field] of Object.entries(schema.properties ?? {})) {
    const here = `${where}.${name}`;
    if (field.$ref === undefined && (field.description === undefined || !hasExample(field))) bare.push(here);
    collectBare(field, here, bare);
    for (const inner of [field.items as Schema, ...((field.anyOf as Schema[]) ?? [])]) {
      if (inner !== undefined) collectBare(inner, here, bare);
    }
  }
}

function hasExample(schema: Schema): boolean {
  return schema.$ref !== undefined || schema.example !== undefined || Array.isArray(schema.examples);
}
