// What an SPDX 2 document must state beyond its structure.
import type { EvidenceFinding } from '../../../domain/evidence/evidence-facts.ts';
import { field, type JsonObject, listOf, textOf } from '../../../json/fields.ts';
import { badPurl, isPackageUrl } from './package-url.ts';
import { isTimestamp, known } from './sbom-tally.ts';
import { type Described, isPurlType } from './spdx-described.ts';
import type { Spdx2Form } from './spdx2-form.ts';

type Report = (
  code: string,
  message: string,
  node: unknown,
  pointer: string,
  severity?: EvidenceFinding['severity'],
) => void;

/** Notes contradictions and omissions of an SPDX 2 document. */
export function checkSpdx2(document: JsonObject, described: readonly Described[], form: Spdx2Form): void {
  const report: Report = (code, message, node, pointer, severity = form.strict ? 'error' : 'warning') =>
    form.note({ code, severity, message, pointer: form.where(node, pointer) });
  checkCreation(document, report);
  const ids = checkIds(document, report);
  checkRelationships(document, ids, report);
  checkDescribed(document, described, ids, report);
  checkFiles(document, report);
  checkPackages(document, report);
  checkFilesAnalyzed(document, report);
}

function checkCreation(document: JsonObject, report: Report): void {
  const created = textOf(document, 'creationInfo', 'created');
  if (created === null || !isTimestamp(created)) {
    const message = created === null ? 'It does not say when it was made' : `"${shown(created)}" is no date and time`;
    report('bad_created', message, field(document, 'creationInfo') ?? document, '/creationInfo/created');
  }
  const licence = textOf(document, 'dataLicense');
  // Clause 6.2: all SPDX metadata is under CC0, whatever the document says.
  if (licence !== null && licence !== 'CC0-1.0') {
    report('bad_data_licence', 'Its data licence is not CC0-1.0', document, '/dataLicense', 'warning');
  }
}

const ELEMENTS = ['packages', 'files', 'snippets'] as const;

function checkIds(document: JsonObject, report: Report): Set<string> {
  const root = textOf(document, 'SPDXID') ?? '';
  const ids = new Set([root]);
  // Clause 6.3.
  if (root !== 'SPDXRef-DOCUMENT') {
    report('bad_spdx_id', 'The SPDXID of a document is SPDXRef-DOCUMENT', document, '/SPDXID');
  }
  for (const list of ELEMENTS) {
    for (const [index, one] of listOf(document, list).entries()) {
      const id = textOf(one, 'SPDXID');
      if (id === null) continue;
      const pointer = `/${list}/${index}/SPDXID`;
      // Clause 7.2 allows letters, digits, `.` and `-`; syft and GitHub write other characters,
      // too, which still distinguish elements.
      if (!/^SPDXRef-[A-Za-z0-9.-]+$/.test(id))
        report('bad_spdx_id', `"${shown(id)}" is no SPDXID`, one, pointer, 'warning');
      // It is ambiguous which of the two a relationship means.
      if (ids.has(id)) report('duplicate_spdx_id', `The SPDXID "${shown(id)}" is another element's too`, one, pointer);
      ids.add(id);
    }
  }
  return ids;
}

function checkRelationships(document: JsonObject, ids: ReadonlySet<string>, report: Report): void {
  for (const [index, one] of listOf(document, 'relationships').entries()) {
    for (const end of ['spdxElementId', 'relatedSpdxElement']) {
      const id = textOf(one, end);
      if (id === null || leadsSomewhere(id, ids)) continue;
      const message = `There is no element "${shown(id)}"`;
      // An error in every form: what the relationship would state about the two is unknown.
      report('dangling_relationship', message, one, `/relationships/${index}/${end}`, 'error');
    }
  }
}

// NONE and NOASSERTION are allowed on the right (clause 11.1). Elements of other documents cannot
// be looked up.
function leadsSomewhere(id: string, ids: ReadonlySet<string>): boolean {
  return ids.has(id) || id === 'NONE' || id === 'NOASSERTION' || id.startsWith('DocumentRef-');
}

function checkDescribed(
  document: JsonObject,
  described: readonly Described[],
  ids: ReadonlySet<string>,
  report: Report,
): void {
  // If there are files beside its only package, the document must still state what it describes.
  const elements = listOf(document, 'packages').length + listOf(document, 'files').length;
  if (described.every(({ implied }) => implied && elements > 1)) {
    report('nothing_described', 'It does not say what it describes (no DESCRIBES)', document, '');
  }
  const named = new Set(listOf(document, 'documentDescribes'));
  for (const { id } of described) {
    if (named.has(id) && !leadsSomewhere(id, ids))
      report('dangling_relationship', `There is no element "${shown(id)}"`, document, '/documentDescribes', 'error');
  }
}

function checkFiles(document: JsonObject, report: Report): void {
  for (const [index, one] of listOf(document, 'files').entries()) {
    // Clause 8.1: names are relative to the root of the package.
    if (textOf(one, 'fileName')?.startsWith('/'))
      report('absolute_file_name', 'A file name must not begin with /', one, `/files/${index}/fileName`);
  }
}

function checkPackages(document: JsonObject, report: Report): void {
  const packages = listOf(document, 'packages');
  if (packages.length === 0) {
    const files = listOf(document, 'files').length;
    report('no_packages', `It lists no packages, and ${files} files`, document, '/packages', 'warning');
  }
  for (const [index, one] of packages.entries()) {
    for (const [at, reference] of listOf(one, 'externalRefs').entries()) {
      const locator = known(reference, 'referenceLocator');
      if (!isPurlType(textOf(reference, 'referenceType')) || locator === null || isPackageUrl(locator)) continue;
      const { code, message } = badPurl(locator, null);
      report(code, message, one, `/packages/${index}/externalRefs/${at}/referenceLocator`);
    }
  }
}

// Clause 7.8: a package whose files were not analyzed must not list files.
function checkFilesAnalyzed(document: JsonObject, report: Report): void {
  const contained = containedFiles(document);
  for (const [index, one] of listOf(document, 'packages').entries()) {
    if (field(one, 'filesAnalyzed') !== false) continue;
    const files = new Set([...listOf(one, 'hasFiles'), ...(contained.get(textOf(one, 'SPDXID') ?? '') ?? [])]).size;
    if (files === 0) continue;
    const message = `filesAnalyzed is false, but ${files} files of this package are listed`;
    report('unanalyzed_files', message, one, `/packages/${index}/filesAnalyzed`);
  }
}

// The files that each package contains by its relationships, by SPDXID of the package.
function containedFiles(document: JsonObject): Map<string, string[]> {
  const files = new Set(listOf(document, 'files').map((one) => textOf(one, 'SPDXID')));
  const contained = new Map<string, string[]>();
  for (const one of listOf(document, 'relationships')) {
    const ends = [textOf(one, 'spdxElementId'), textOf(one, 'relatedSpdxElement')];
    const type = field(one, 'relationshipType');
    if (type !== 'CONTAINS' && type !== 'CONTAINED_BY') continue;
    const [holder, file] = type === 'CONTAINS' ? ends : ends.reverse();
    if (!holder || !file || !files.has(file)) continue;
    const list = contained.get(holder);
    if (list === undefined) contained.set(holder, [file]);
    else list.push(file);
  }
  return contained;
}

function shown(stated: string): string {
  return stated.slice(0, 100);
}
