// The structure of OpenVEX documents. Version 0.0.1 had no schema: the tables and examples of its
// specification are the source.
import { schemaCheck } from '../schema-check.ts';

export const STATUSES = ['not_affected', 'affected', 'fixed', 'under_investigation'];

// Also for ids: as a format an IRI may be any text, and CVE numbers are commonly used for it.
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
  // The prose of the specification has these names without `@`, its schema with it.
  identifiers: texts('purl', 'cpe22', 'cpe23', '@cpe22', '@cpe23'),
  hashes: texts(...HASHES, 'blake2s-256', 'blake2b-256', 'blake2b-512'),
};
const JUSTIFICATION = {
  enum: [
    'component_not_present',
    'vulnerable_code_not_present',
    'vulnerable_code_not_in_execute_path',
    'vulnerable_code_cannot_be_controlled_by_adversary',
    'inline_mitigations_already_exist',
  ],
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
    justification: JUSTIFICATION,
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
const REASONED = [
  whereStatus('not_affected', { anyOf: [{ required: ['justification'] }, { required: ['impact_statement'] }] }),
  whereStatus('affected', { required: ['action_statement'] }),
];

/** The rules of 0.2.0. */
export const checkOpenvex = schemaCheck(() =>
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
        ...setOf({ ...STATEMENT, allOf: REASONED }),
        minItems: 1,
      },
    },
    ['@context', '@id', 'author', 'timestamp', 'version', 'statements'],
  ),
);

const FLAT_STATEMENT = record(
  {
    vulnerability: { type: 'string', minLength: 1 },
    vuln_description: TEXT,
    timestamp: TIME,
    products: setOf(TEXT),
    subcomponents: setOf(TEXT),
    status: { enum: STATUSES },
    status_notes: TEXT,
    justification: JUSTIFICATION,
    impact_statement: TEXT,
    action_statement: TEXT,
    action_statement_timestamp: TIME,
  },
  ['vulnerability', 'status'],
);

/** The rules of 0.0.1: the version, vulnerabilities and products are texts. */
export const checkFlat = schemaCheck(() =>
  record(
    {
      '@context': TEXT,
      '@id': TEXT,
      author: TEXT,
      role: TEXT,
      timestamp: TIME,
      version: TEXT,
      tooling: TEXT,
      supplier: TEXT,
      statements: { ...setOf({ ...FLAT_STATEMENT, allOf: REASONED }), minItems: 1 },
    },
    ['@context', '@id', 'author', 'role', 'timestamp', 'version', 'statements'],
  ),
);
