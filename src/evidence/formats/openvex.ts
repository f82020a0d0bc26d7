// OpenVEX: https://github.com/openvex/spec, version 0.2.0.
import type { FactsOf, Subject } from '../../domain/evidence-facts.ts';
import { field, listOf, objectOf, objectsIn, textOf } from '../../domain/json-fields.ts';
import type { Format, Note, Understood } from '../reading.ts';
import { schemaCheck } from '../schema-check.ts';
import { digestsOf, eachOnce, purlDigests } from './stated-digests.ts';

const NAMESPACE = 'https://openvex.dev/ns';
// `0.0.x` is what states no version: those before 0.2.0 had none in their context.
const KNOWN = ['0.2.0', '0.0.1', '0.0.x'];
const STATUSES = ['not_affected', 'affected', 'fixed', 'under_investigation'];

export const openvex: Format<'json'> = {
  shape: 'json',
  name: 'openvex',
  kind: 'vex',
  fields: ['@context', '@id', 'author', 'timestamp', 'tooling', 'statements', 'status', 'products', 'identifiers']
    .concat(['purl', 'cpe22', 'cpe23', 'hashes', 'sha-256', 'sha-512', 'sha-384', 'sha1', 'md5'])
    .concat(['vulnerability', 'justification', 'impact_statement', 'action_statement']),
  recognises: ({ value }) => contextOf(value) !== null,
  read: ({ value, text }, note) => {
    const version = versionOf(contextOf(value) ?? '');
    if (KNOWN.includes(version)) checkOpenvex(value, text.length, note);
    else noteVersion(version, note);
    const tooling = textOf(value, 'tooling');
    return {
      kind: 'vex',
      format: 'openvex',
      version,
      tool: tooling === null ? null : { name: tooling, version: null },
      subjects: eachOnce(productsOf(value)),
      facts: factsOf(value),
    } satisfies Understood;
  },
};

function contextOf(value: unknown): string | null {
  const context = field(value, '@context');
  const all = Array.isArray(context) ? context : [context];
  return all.find((one) => typeof one === 'string' && isOurs(one)) ?? null;
}

function isOurs(context: string): boolean {
  return context === NAMESPACE || context.startsWith(`${NAMESPACE}/`);
}

function versionOf(context: string): string {
  return context.slice(NAMESPACE.length + 1).replace(/^v/, '') || '0.0.x';
}

function noteVersion(version: string, note: Note): void {
  const message = `OpenVEX ${version} is not known here`;
  note({ code: 'unknown_version', severity: 'error', message, pointer: '/@context' });
}

function factsOf(value: unknown): FactsOf<'vex'> {
  const statements = objectsIn(value, 'statements');
  const byStatus = new Map<string, number>();
  for (const statement of statements) {
    const status = textOf(statement, 'status') ?? '';
    const word = STATUSES.includes(status) ? status : 'other';
    byStatus.set(word, (byStatus.get(word) ?? 0) + 1);
  }
  return {
    kind: 'vex',
    statements: statements.length,
    by_status: Object.fromEntries(byStatus),
    author: textOf(value, 'author'),
    created: textOf(value, 'timestamp'),
  };
}

function* productsOf(value: unknown): Generator<Subject> {
  for (const statement of listOf(value, 'statements')) {
    for (const product of listOf(statement, 'products')) {
      // Up to 0.0.1 a product was its identifier alone.
      const id = typeof product === 'string' ? product : textOf(product, '@id');
      const purl = textOf(product, 'identifiers', 'purl');
      const name = id || purl || textOf(product, 'identifiers', 'cpe23') || textOf(product, 'identifiers', 'cpe22');
      const hashes = digestsOf(Object.entries(objectOf(field(product, 'hashes')) ?? {}));
      const digests = { ...purlDigests(id), ...purlDigests(purl), ...hashes };
      if (name !== null || Object.keys(digests).length > 0) yield { name, digests };
    }
  }
}

// Ids, too: an IRI may be any text as far as the format goes, and CVE numbers are taken for it everywhere.
const TEXT = { type: 'string' };
const TIME = { type: 'string', format: 'date-time' };
const COUNTER = { type: 'integer', minimum: 1 };
const record = (properties: object, required: readonly string[] = []) => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});
const setOf = (items: object) => ({ type: 'array', uniqueItems: true, items });
const texts = (...names: string[]) => record(Object.fromEntries(names.map((name) => [name, TEXT])));

const HASHES = ['md5', 'sha1', 'sha-256', 'sha-384', 'sha-512', 'sha3-224', 'sha3-256', 'sha3-384', 'sha3-512'];
const PART = {
  '@id': TEXT,
  // The text of the specification has these names without `@`, its schema with it.
  identifiers: texts('purl', 'cpe22', 'cpe23', '@cpe22', '@cpe23'),
  hashes: texts(...HASHES, 'blake2s-256', 'blake2b-256', 'blake2b-512'),
};
const STATEMENT = record(
  {
    '@id': TEXT,
    version: COUNTER,
    vulnerability: record({ '@id': TEXT, name: TEXT, description: TEXT, aliases: setOf(TEXT) }, ['name']),
    timestamp: TIME,
    last_updated: TIME,
    products: setOf(record({ ...PART, subcomponents: setOf(record(PART)) })),
    status: { enum: STATUSES },
    supplier: TEXT,
    status_notes: TEXT,
    justification: {
      enum: [
        'component_not_present',
        'vulnerable_code_not_present',
        'vulnerable_code_not_in_execute_path',
        'vulnerable_code_cannot_be_controlled_by_adversary',
        'inline_mitigations_already_exist',
      ],
    },
    impact_statement: TEXT,
    action_statement: TEXT,
    action_statement_timestamp: TIME,
  },
  ['vulnerability', 'status'],
);
const whereStatus = (status: string, then: object) => ({
  if: { properties: { status: { const: status } }, required: ['status'] },
  then,
});
const checkOpenvex = schemaCheck(() =>
  record(
    {
      '@context': TEXT,
      '@id': TEXT,
      author: TEXT,
      role: TEXT,
      timestamp: TIME,
      last_updated: TIME,
      version: COUNTER,
      tooling: TEXT,
      statements: {
        ...setOf({
          ...STATEMENT,
          allOf: [
            whereStatus('not_affected', {
              anyOf: [{ required: ['justification'] }, { required: ['impact_statement'] }],
            }),
            whereStatus('affected', { required: ['action_statement'] }),
          ],
        }),
        minItems: 1,
      },
    },
    ['@context', '@id', 'author', 'timestamp', 'version', 'statements'],
  ),
);
