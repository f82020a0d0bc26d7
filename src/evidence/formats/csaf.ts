// CSAF 2.0, the Common Security Advisory Framework: advisories, and VEX where the category says so.
import type { EvidenceFacts, FactsOf, Subject } from '../../domain/evidence-facts.ts';
import { field, listOf, objectOf, objectsIn, textOf } from '../../domain/json-fields.ts';
import type { Format, Note, Understood } from '../reading.ts';
import { publishedSchema, schemaCheck } from '../schema-check.ts';
import { digestsOf, eachOnce, purlDigests } from './stated-digests.ts';

export const csaf: Format<'json'> = {
  shape: 'json',
  name: 'csaf',
  fields: ['document', 'csaf_version', 'category', 'title', 'publisher', 'name', 'tracking', 'current_release_date']
    .concat(['initial_release_date', 'generator', 'engine', 'version', 'vulnerabilities', 'product_status'])
    .concat(['product_tree', 'full_product_names', 'branches', 'product', 'relationships', 'full_product_name'])
    .concat(['product_id', 'product_identification_helper', 'hashes', 'file_hashes', 'algorithm', 'value', 'purl'])
    .concat(['known_not_affected', 'known_affected', 'first_affected', 'last_affected', 'fixed', 'first_fixed'])
    .concat(['under_investigation']),
  recognises: ({ value }) => typeof field(value, 'document', 'csaf_version') === 'string',
  read: ({ value, text }, note) => {
    const document = field(value, 'document');
    const stated = textOf(document, 'csaf_version') ?? '';
    const category = textOf(document, 'category');
    if (stated === '2.0') checkCsaf(value, text.length, note);
    else noteVersion(stated, note);
    const isVex = category === 'csaf_vex';
    if (isVex) checkProfile(value, note);
    const engine = field(document, 'tracking', 'generator', 'engine');
    const name = textOf(engine, 'name');
    return {
      kind: isVex ? 'vex' : 'advisory',
      format: 'csaf',
      version: category === null ? stated : `${stated}:${category}`,
      tool: name === null ? null : { name, version: textOf(engine, 'version') },
      subjects: eachOnce(subjectsOf(field(value, 'product_tree'))),
      facts: factsOf(value, isVex),
    } satisfies Understood;
  },
};

// Scores are checked for their version alone: which schema applies is told by it.
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

// The status of a product, by the list that it is in. `recommended` names what to use and is none.
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

// What its schema does not ask for and the profile does (CSAF 2.0, section 4.5): without it a VEX says nothing.
function checkProfile(value: unknown, note: Note): void {
  const report = (message: string, pointer: string) => note({ code: 'profile', severity: 'warning', message, pointer });
  const vulnerabilities = listOf(value, 'vulnerabilities');
  if (vulnerabilities.length === 0) report('It has no vulnerabilities, and VEX must have them', '/vulnerabilities');
  vulnerabilities.forEach((one, index) => {
    if (statusesOf(one).size === 0) report('No product has a status here', `/vulnerabilities/${index}`);
  });
}

function factsOf(value: unknown, isVex: boolean): EvidenceFacts {
  const document = field(value, 'document');
  const vulnerabilities = objectsIn(value, 'vulnerabilities');
  const publisher = textOf(document, 'publisher', 'name');
  const created =
    textOf(document, 'tracking', 'current_release_date') ?? textOf(document, 'tracking', 'initial_release_date');
  if (isVex) {
    const by_status = byStatus(vulnerabilities);
    return { kind: 'vex', statements: vulnerabilities.length, by_status, author: publisher, created };
  }
  return {
    kind: 'advisory',
    category: textOf(document, 'category'),
    title: textOf(document, 'title'),
    publisher,
    vulnerabilities: vulnerabilities.length,
    created,
  };
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

function* productsOf(tree: unknown): Generator<unknown> {
  yield* listOf(tree, 'full_product_names');
  const open = [...listOf(tree, 'branches')].reverse();
  while (open.length > 0) {
    const branch = open.pop();
    const product = objectOf(field(branch, 'product'));
    if (product !== null) yield product;
    const below = listOf(branch, 'branches');
    for (let index = below.length - 1; index >= 0; index -= 1) open.push(below[index]);
  }
  for (const relationship of listOf(tree, 'relationships')) {
    const product = objectOf(field(relationship, 'full_product_name'));
    if (product !== null) yield product;
  }
}
