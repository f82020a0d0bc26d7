// Mandatory tests of CSAF 2.0 (section 6.1) that its schema does not cover: 6.1.1, 6.1.4, 6.1.6 and
// the profiles, 6.1.27.
import { field, listOf, objectOf, textOf } from '../../../json/fields.ts';
import type { Note } from '../../reading.ts';
import { groupsOf, productsOf } from './csaf-products.ts';

/** Notes where the test of that number fails. */
type Fail = (test: string, code: string, message: string, pointer: string) => void;

export function checkMandatory(value: unknown, note: Note): void {
  const fail: Fail = (test, code, message, pointer) => {
    // Many real documents violate their profile; few contradict themselves.
    const severity = code === 'profile' ? 'warning' : 'error';
    note({ code, severity, message: `${message} (CSAF 2.0, test ${test})`, pointer });
  };
  checkIds(value, fail);
  for (const [index, one] of listOf(value, 'vulnerabilities').entries()) checkContradictions(one, index, fail);
  checkProfile(value, fail);
  if (textOf(value, 'document', 'category') === 'csaf_vex') checkStatements(value, note, fail);
}

// Tests 6.1.1 and 6.1.4.
function checkIds(value: unknown, fail: Fail): void {
  const tree = field(value, 'product_tree');
  const products = new Set<unknown>();
  for (const product of productsOf(tree)) products.add(field(product, 'product_id'));
  const groups = new Set<unknown>(groupsOf(tree).keys());
  for (const [pointer, id] of productReferences(value)) {
    if (typeof id === 'string' && !products.has(id))
      fail('6.1.1', 'undefined_product', `The product '${id}' is not defined`, pointer);
  }
  for (const [pointer, id] of groupReferences(value)) {
    if (typeof id === 'string' && !groups.has(id))
      fail('6.1.4', 'undefined_group', `The product group '${id}' is not defined`, pointer);
  }
}

type References = Generator<readonly [pointer: string, id: unknown]>;

function* productReferences(value: unknown): References {
  const tree = field(value, 'product_tree');
  for (const [index, group] of listOf(tree, 'product_groups').entries())
    yield* idsIn(group, ['product_ids'], `/product_tree/product_groups/${index}`);
  for (const [index, relationship] of listOf(tree, 'relationships').entries()) {
    for (const key of ['product_reference', 'relates_to_product_reference'])
      yield [`/product_tree/relationships/${index}/${key}`, field(relationship, key)];
  }
  for (const [index, one] of listOf(value, 'vulnerabilities').entries()) {
    const pointer = `/vulnerabilities/${index}`;
    yield* idsIn(field(one, 'product_status'), STATUSES, `${pointer}/product_status`);
    for (const [at, score] of listOf(one, 'scores').entries())
      yield* idsIn(score, ['products'], `${pointer}/scores/${at}`);
    yield* statementReferences(one, 'product_ids', pointer);
  }
}

function* groupReferences(value: unknown): References {
  for (const [index, one] of listOf(value, 'vulnerabilities').entries())
    yield* statementReferences(one, 'group_ids', `/vulnerabilities/${index}`);
}

function* statementReferences(vulnerability: unknown, list: string, pointer: string): References {
  for (const key of ['flags', 'remediations', 'threats']) {
    for (const [at, statement] of listOf(vulnerability, key).entries())
      yield* idsIn(statement, [list], `${pointer}/${key}/${at}`);
  }
}

function* idsIn(holder: unknown, lists: readonly string[], pointer: string): References {
  for (const list of lists) {
    for (const [at, id] of listOf(holder, list).entries()) yield [`${pointer}/${list}/${at}`, id];
  }
}

// A product is in at most one of these groups (test 6.1.6).
const STATUS_GROUPS: readonly (readonly [name: string, lists: readonly string[]])[] = [
  ['affected', ['first_affected', 'known_affected', 'last_affected']],
  ['not affected', ['known_not_affected']],
  ['fixed', ['first_fixed', 'fixed']],
  ['under investigation', ['under_investigation']],
];

const STATUSES = [...STATUS_GROUPS.flatMap(([, lists]) => lists), 'recommended'];

function checkContradictions(vulnerability: unknown, index: number, fail: Fail): void {
  const known = new Map<unknown, string>();
  for (const [name, lists] of STATUS_GROUPS) {
    for (const list of lists) {
      listOf(vulnerability, 'product_status', list).forEach((id, at) => {
        // The schema reports a value that is not a text.
        if (typeof id !== 'string') return;
        const before = known.get(id);
        const pointer = `/vulnerabilities/${index}/product_status/${list}/${at}`;
        if (before === undefined) known.set(id, name);
        else if (before !== name)
          fail('6.1.6', 'contradicting_status', `The product '${id}' is ${name} and ${before}`, pointer);
      });
    }
  }
}

const ADVISORY = 'csaf_security_advisory';
const VEX = 'csaf_vex';
const INFORMATION = ['csaf_informational_advisory', 'csaf_security_incident_response'];
const TELLING_NOTES = ['description', 'details', 'general', 'summary'];
const VEX_STATUSES = ['fixed', 'known_affected', 'known_not_affected', 'under_investigation'];

// Tests 6.1.27.1 to 6.1.27.8 and 6.1.27.11.
function checkProfile(value: unknown, fail: Fail): void {
  const document = field(value, 'document');
  const category = textOf(document, 'category') ?? '';
  const ask = (holds: boolean, number: number, message: string, pointer: string) => {
    if (!holds) fail(`6.1.27.${number}`, 'profile', message, pointer);
  };
  const has = (where: unknown, key: string) => field(where, key) !== undefined;
  const some = (list: string, categories: readonly string[]) =>
    listOf(document, list).some((one) => categories.includes(textOf(one, 'category') ?? ''));
  if (INFORMATION.includes(category)) {
    ask(some('notes', TELLING_NOTES), 1, 'No note of the document tells what it is about', '/document/notes');
    ask(some('references', ['external']), 2, 'There is no external reference', '/document/references');
  }
  if (category === INFORMATION[0])
    ask(!has(value, 'vulnerabilities'), 3, 'An informational advisory has no vulnerabilities', '/vulnerabilities');
  if (category !== ADVISORY && category !== VEX) return;
  ask(has(value, 'product_tree'), 4, 'There is no product tree', '/product_tree');
  const vulnerabilities = listOf(value, 'vulnerabilities');
  ask(vulnerabilities.length > 0, 11, 'There are no vulnerabilities', '/vulnerabilities');
  vulnerabilities.forEach((one, index) => {
    const pointer = `/vulnerabilities/${index}`;
    ask(has(one, 'notes'), 5, 'The vulnerability has no notes', pointer);
    if (category === ADVISORY) ask(has(one, 'product_status'), 6, 'No product has a status', pointer);
    if (category !== VEX) return;
    const status = objectOf(field(one, 'product_status'));
    ask(
      VEX_STATUSES.some((list) => has(status, list)),
      7,
      'No product has a status of VEX',
      pointer,
    );
    ask(has(one, 'cve') || has(one, 'ids'), 8, 'The vulnerability has neither a CVE nor another id', pointer);
  });
}

// The most products that groups are expanded to: a few groups may be referenced many times.
const MAX_MEMBERS = 2_000_000;

const NO_IMPACT = 'No impact statement says why this product is not affected:';
const NO_ACTION = 'No action statement says what to do about this product:';

// Tests 6.1.27.9 and 6.1.27.10.
function checkStatements(value: unknown, note: Note, fail: Fail): void {
  const groups = groupsOf(field(value, 'product_tree'));
  let room = MAX_MEMBERS;
  const check = (vulnerability: unknown, index: number, [list, statements, test, message]: Asked) => {
    const ids = listOf(vulnerability, 'product_status', list);
    if (ids.length === 0) return;
    const known = new Set(statements.flatMap((one) => listOf(one, 'product_ids')));
    for (const group of statements.flatMap((one) => listOf(one, 'group_ids'))) {
      const members = groups.get(group) ?? [];
      room -= members.length;
      if (room < 0) return;
      for (const id of members) known.add(id);
    }
    ids.forEach((id, at) => {
      const pointer = `/vulnerabilities/${index}/product_status/${list}/${at}`;
      if (typeof id === 'string' && !known.has(id)) fail(test, 'profile', `${message} '${id}'`, pointer);
    });
  };
  for (const [index, one] of listOf(value, 'vulnerabilities').entries()) {
    const impacts = listOf(one, 'threats').filter((threat) => field(threat, 'category') === 'impact');
    check(one, index, ['known_not_affected', [...listOf(one, 'flags'), ...impacts], '6.1.27.9', NO_IMPACT]);
    check(one, index, ['known_affected', listOf(one, 'remediations'), '6.1.27.10', NO_ACTION]);
    if (room >= 0) continue;
    const message = 'Its product groups are too large: statements about products are not checked from here on';
    note({ code: 'profile_not_checked', severity: 'warning', message, pointer: `/vulnerabilities/${index}` });
    return;
  }
}

type Asked = readonly [list: string, statements: readonly unknown[], test: string, message: string];
