// CSAF 2.0, the Common Security Advisory Framework: advisories, and VEX if the category is that.
import type { FactsOf, Subject } from '../../../domain/evidence/evidence-facts.ts';
import { field, listOf, objectsIn, textOf } from '../../../json/fields.ts';
import type { Format, Note, ParsedDocument } from '../../reading.ts';
import { publishedSchema, schemaCheck } from '../schema-check.ts';
import { digestsOf, eachOnce, purlDigests } from '../stated-digests.ts';
import { checkMandatory } from './csaf-checks.ts';
import { productsOf } from './csaf-products.ts';
import { disqualification } from './disqualification.ts';

export const csaf: Format<'json'> = {
  shape: 'json',
  name: 'csaf',
  fields: ['document', 'csaf_version', 'category', 'title', 'publisher', 'name', 'tracking', 'current_release_date']
    .concat(['initial_release_date', 'generator', 'engine', 'version', 'vulnerabilities', 'product_status'])
    .concat(['product_tree', 'full_product_names', 'branches', 'product', 'relationships', 'full_product_name'])
    .concat(['product_id', 'product_identification_helper', 'hashes', 'file_hashes', 'algorithm', 'value', 'purl'])
    .concat(['known_not_affected', 'known_affected', 'first_affected', 'last_affected', 'fixed', 'first_fixed'])
    .concat(['under_investigation', 'cve', 'ids', 'text']),
  recognises: ({ value }) => typeof field(value, 'document', 'csaf_version') === 'string',
  read: ({ value, text }, note) => {
    const document = field(value, 'document');
    const stated = textOf(document, 'csaf_version') ?? '';
    const category = textOf(document, 'category');
    const known = stated === '2.0';
    if (known) {
      checkCsaf(value, text.length, note);
      checkMandatory(value, note);
    } else noteVersion(stated, note);
    const isVex = category === 'csaf_vex';
    const engine = field(document, 'tracking', 'generator', 'engine');
    const name = textOf(engine, 'name');
    return {
      kind: isVex ? 'vex' : 'advisory',
      format: 'csaf',
      version: category === null ? stated : `${stated}:${category}`,
      tool: name === null ? null : { name, version: textOf(engine, 'version') },
      subjects: eachOnce(subjectsOf(field(value, 'product_tree'))),
      facts: isVex ? vexFacts(value, known) : advisoryFacts(value),
    } satisfies ParsedDocument;
  },
};

// Only the version of scores is checked: it decides which schema applies.
const scoreSchema = (...versions: string[]) =>
  versions.map((version) => ({
    $id: `https://www.first.org/cvss/cvss-v${version}.json`,
    type: 'object',
    properties: { version: { const: version } },
    required: ['version'],
  }));
const checkCsaf = schemaCheck(() => publishedSchema('csaf-2.0.json'), scoreSchema('2.0', '3.0', '3.1'));

function noteVersion(version: string, note: Note): void {
  const message = `CSAF ${version} is not known here`;
  note({ code: 'unknown_version', severity: 'error', message, pointer: '/document/csaf_version' });
}

// The status of a product, by the list that it is in. `recommended` is not one: it names what to
// use.
const STATUS_OF: readonly (readonly [list: string, status: string])[] = [
  ['known_not_affected', 'not_affected'],
  ['known_affected', 'affected'],
  ['first_affected', 'affected'],
  ['last_affected', 'affected'],
  ['fixed', 'fixed'],
  ['first_fixed', 'fixed'],
  ['under_investigation', 'under_investigation'],
];

function statusesOf(vulnerability: unknown): Set<string> {
  const lists = field(vulnerability, 'product_status');
  return new Set(STATUS_OF.filter(([list]) => listOf(lists, list).length > 0).map(([, status]) => status));
}

function vexFacts(value: unknown, known: boolean): FactsOf<'vex'> {
  const vulnerabilities = objectsIn(value, 'vulnerabilities');
  const disqualified = disqualification(known, vulnerabilities.some(isNamed));
  const publisher = textOf(value, 'document', 'publisher', 'name');
  const facts = { statements: vulnerabilities.length, by_status: byStatus(vulnerabilities), author: publisher };
  return { kind: 'vex', ...disqualified, ...facts, created: releasedAt(value) };
}

function advisoryFacts(value: unknown): FactsOf<'advisory'> {
  const document = field(value, 'document');
  return {
    kind: 'advisory',
    category: textOf(document, 'category'),
    title: textOf(document, 'title'),
    publisher: textOf(document, 'publisher', 'name'),
    vulnerabilities: objectsIn(value, 'vulnerabilities').length,
    created: releasedAt(value),
  };
}

function releasedAt(value: unknown): string | null {
  const tracking = field(value, 'document', 'tracking');
  return textOf(tracking, 'current_release_date') ?? textOf(tracking, 'initial_release_date');
}

function isNamed(vulnerability: unknown): boolean {
  return (
    textOf(vulnerability, 'cve') !== null || listOf(vulnerability, 'ids').some((id) => textOf(id, 'text') !== null)
  );
}

function byStatus(vulnerabilities: readonly unknown[]): FactsOf<'vex'>['by_status'] {
  const counts = new Map<string, number>();
  for (const one of vulnerabilities)
    for (const status of statusesOf(one)) counts.set(status, (counts.get(status) ?? 0) + 1);
  return Object.fromEntries(counts);
}

function* subjectsOf(tree: unknown): Generator<Subject> {
  for (const product of productsOf(tree)) {
    const name = textOf(product, 'product_id') ?? textOf(product, 'name');
    if (name === null) continue;
    const helper = field(product, 'product_identification_helper');
    const image = purlDigests(textOf(helper, 'purl'));
    const files = listOf(helper, 'hashes');
    // Each entry is about one file of the product.
    for (const file of files) {
      const pairs = listOf(file, 'file_hashes').map((one) => [field(one, 'algorithm'), field(one, 'value')] as const);
      yield { name, digests: digestsOf(pairs) };
    }
    if (files.length === 0 || Object.keys(image).length > 0) yield { name, digests: image };
  }
}
