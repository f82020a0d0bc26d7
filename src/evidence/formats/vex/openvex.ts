// OpenVEX: https://github.com/openvex/spec, versions 0.2.0 and 0.0.1.
import type { FactsOf, Subject } from '../../../domain/evidence/evidence-facts.ts';
import { field, listOf, objectOf, objectsIn, textOf } from '../../../json/fields.ts';
import type { Format, Note, ParsedDocument } from '../../reading.ts';
import type { SchemaCheck } from '../schema-check.ts';
import { digestsOf, eachOnce, purlDigests } from '../stated-digests.ts';
import { disqualification } from './disqualification.ts';
import { checkFlat, checkOpenvex, STATUSES } from './openvex-schema.ts';

const NAMESPACE = 'https://openvex.dev/ns';

export const openvex: Format<'json'> = {
  shape: 'json',
  name: 'openvex',
  kind: 'vex',
  fields: ['@context', '@id', 'author', 'timestamp', 'tooling', 'statements', 'status', 'products', 'identifiers']
    .concat(['purl', 'cpe22', 'cpe23', 'hashes', 'sha-256', 'sha-512', 'sha-384', 'sha1', 'md5'])
    .concat(['vulnerability', 'justification', 'impact_statement', 'action_statement', 'name']),
  recognises: ({ value }) => contextOf(value) !== null,
  read: ({ value, text }, note) => {
    const version = versionOf(contextOf(value) ?? '');
    const check = checkOf(version, value);
    if (check === null) noteVersion(version, note);
    else check(value, text.length, note);
    const tooling = textOf(value, 'tooling');
    return {
      kind: 'vex',
      format: 'openvex',
      version,
      tool: tooling === null ? null : { name: tooling, version: null },
      subjects: eachOnce(productsOf(value)),
      facts: factsOf(value, check !== null),
    } satisfies ParsedDocument;
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

// A document without a version is older than 0.2.0, and counts as `0.0.x` here. Its statements were
// flat at first, and as in 0.2.0 later.
function checkOf(version: string, value: unknown): SchemaCheck | null {
  if (version === '0.2.0') return checkOpenvex;
  if (version === '0.0.1') return checkFlat;
  if (version !== '0.0.x') return null;
  const isFlat = (statement: unknown) => typeof field(statement, 'vulnerability') === 'string';
  return listOf(value, 'statements').some(isFlat) ? checkFlat : checkOpenvex;
}

function noteVersion(version: string, note: Note): void {
  const message = `OpenVEX ${version} is not known here`;
  note({ code: 'unknown_version', severity: 'error', message, pointer: '/@context' });
}

function factsOf(value: unknown, known: boolean): FactsOf<'vex'> {
  const statements = objectsIn(value, 'statements');
  const byStatus = new Map<string, number>();
  for (const statement of statements) {
    const status = textOf(statement, 'status') ?? '';
    const word = STATUSES.includes(status) ? status : 'other';
    byStatus.set(word, (byStatus.get(word) ?? 0) + 1);
  }
  return {
    kind: 'vex',
    ...disqualification(known, statements.some(isNamed)),
    statements: statements.length,
    by_status: Object.fromEntries(byStatus),
    author: textOf(value, 'author'),
    created: textOf(value, 'timestamp'),
  };
}

// Up to 0.0.1 a vulnerability was only its name.
function isNamed(statement: unknown): boolean {
  const vulnerability = field(statement, 'vulnerability');
  const names = [vulnerability, field(vulnerability, 'name'), field(vulnerability, '@id')];
  return names.some((name) => typeof name === 'string' && name.trim() !== '');
}

function* productsOf(value: unknown): Generator<Subject> {
  for (const statement of listOf(value, 'statements')) {
    for (const product of listOf(statement, 'products')) {
      // Up to 0.0.1 a product was only its identifier.
      const id = typeof product === 'string' ? product : textOf(product, '@id');
      const purl = textOf(product, 'identifiers', 'purl');
      const name = id || purl || textOf(product, 'identifiers', 'cpe23') || textOf(product, 'identifiers', 'cpe22');
      const hashes = digestsOf(Object.entries(objectOf(field(product, 'hashes')) ?? {}));
      const digests = { ...purlDigests(id), ...purlDigests(purl), ...hashes };
      if (name !== null || Object.keys(digests).length > 0) yield { name, digests };
    }
  }
}
