// CycloneDX in JSON: https://cyclonedx.org/docs/1.7/json/
import type { Tool } from '../../../domain/evidence/evidence-facts.ts';
import type { Signed } from '../../../domain/evidence/signed.ts';
import { field, type JsonObject, listOf, objectOf, objectsIn, textOf } from '../../../json/fields.ts';
import { escapePointer } from '../../../json/pointer.ts';
import type { Format, Note } from '../../reading.ts';
import { type Bom, type Component, type Dependency, knownTexts, parseBom, purlOf } from './cyclonedx.ts';
import { checkJsonSchema, isJsonVersion } from './cyclonedx-json-schema.ts';
import { known, knownName } from './sbom-tally.ts';

export const cyclonedxJson: Format<'json'> = {
  shape: 'json',
  name: 'cyclonedx-json',
  kind: 'sbom',
  fields: [
    ...['bomFormat', 'specVersion', 'metadata', 'timestamp', 'tools', 'component', 'components', 'services'],
    ...['bom-ref', 'name', 'version', 'purl', 'cpe', 'swid', 'swhid', 'omniborId', 'hashes', 'alg', 'content'],
    ...['licenses', 'license', 'expression', 'id'],
    ...['supplier', 'manufacturer', 'manufacture', 'publisher', 'author', 'authors', 'email', 'tagId', 'references'],
    ...['dependencies', 'ref', 'dependsOn', 'provides', 'vulnerabilities', 'analysis', 'state', 'affects'],
  ],
  recognises: ({ value }) => field(value, 'bomFormat') === 'CycloneDX',
  read({ value }, note) {
    const document = objectOf(value) ?? {};
    const version = textOf(document, 'specVersion');
    if (isJsonVersion(version)) checkJsonSchema(version, document, note);
    else {
      const message = `CycloneDX JSON ${version ?? 'without specVersion'} is not known: 1.2 to 1.7 are`;
      note({ code: 'unknown_version', severity: 'error', message, pointer: '/specVersion' });
    }
    const parsed = parseBom(bomOf(document, version, note), note);
    return objectOf(document.signature) === null ? parsed : { ...parsed, signed: [JSF] };
  },
};

// A signature of the JSON Signature Format, over the document without it.
const JSF: Signed = { pointer: '/signature', form: 'jsf' };

function bomOf(document: JsonObject, version: string | null, note: Note): Bom {
  const metadata = field(document, 'metadata');
  const subject = objectOf(field(metadata, 'component'));
  return {
    format: 'cyclonedx-json',
    version,
    knownVersion: isJsonVersion(version),
    created: known(metadata, 'timestamp'),
    tools: toolsOf(metadata),
    authors: authorsOf(metadata),
    subject: subject && componentOf(subject, () => '/metadata/component', note),
    components: allComponents(subject, document, note),
    services: objectsIn(document, 'services').length,
    dependencies: dependenciesOf(document),
    refs: refsOf(document, note),
    vulnerabilities: objectsIn(document, 'vulnerabilities').map((one) => ({
      named: known(one, 'id') !== null || listOf(one, 'references').some((other) => known(other, 'id') !== null),
      state: textOf(one, 'analysis', 'state'),
      affects: listOf(one, 'affects').flatMap((target) => textOf(target, 'ref') ?? []),
    })),
  };
}

// A list of tools until 1.4; since 1.5 also components and services.
function* toolsOf(metadata: unknown): Generator<Tool> {
  const lists = [['tools'], ['tools', 'components'], ['tools', 'services']].map((path) => listOf(metadata, ...path));
  for (const tool of lists.flat()) {
    const name = known(tool, 'name');
    if (name !== null) yield { name, version: known(tool, 'version') };
  }
}

function authorsOf(metadata: unknown): string[] {
  const people = listOf(metadata, 'authors').map((one) => known(one, 'name') ?? known(one, 'email'));
  const organisations = ['manufacturer', 'supplier', 'manufacture'].map((key) => known(metadata, key, 'name'));
  return [...people, ...organisations].filter((name) => name !== null);
}

// First the components nested in the subject, then those of the document.
function* allComponents(subject: unknown, document: unknown, note: Note): Generator<Component> {
  yield* componentsIn(subject, '/metadata/component', note);
  yield* componentsIn(document, '', note);
}

// Depth first, without recursion: with recursion every level would slow down all components below
// it.
function* componentsIn(holder: unknown, base: string, note: Note): Generator<Component> {
  const open = [{ list: listOf(holder, 'components'), at: -1 }];
  let places = 0;
  const place = () => {
    places += 1;
    return places > MAX_PLACES ? null : base + open.map(({ at }) => `/components/${at}`).join('');
  };
  for (let level = open.at(-1); level !== undefined; level = open.at(-1)) {
    level.at += 1;
    if (level.at >= level.list.length) {
      open.pop();
      continue;
    }
    const value = objectOf(level.list[level.at]);
    if (value === null) continue;
    yield componentOf(value, place, note);
    const nested = listOf(value, 'components');
    if (nested.length > 0) open.push({ list: nested, at: -1 });
  }
}

function componentOf(value: unknown, place: () => string | null, note: Note): Component {
  const pointer = () => {
    const at = place();
    return at === null ? null : `${at}/purl`;
  };
  const purl = purlOf(textOf(value, 'purl'), pointer, note);
  const hashes = listOf(value, 'hashes').flatMap((one) => {
    const [algorithm, content] = [textOf(one, 'alg'), known(one, 'content')];
    return algorithm === null || content === null ? [] : [[algorithm, content] as const];
  });
  return {
    ref: textOf(value, 'bom-ref'),
    name: knownName(value, 'name'),
    version: known(value, 'version'),
    purl,
    identified:
      purl !== null ||
      known(value, 'cpe') !== null ||
      known(value, 'swid', 'tagId') !== null ||
      knownTexts([...listOf(value, 'swhid'), ...listOf(value, 'omniborId')]).length > 0,
    supplied: isSupplied(value),
    licences: listOf(value, 'licenses').flatMap(
      (one) => known(one, 'license', 'id') ?? known(one, 'license', 'name') ?? known(one, 'expression') ?? [],
    ),
    hashed: hashes.length > 0,
    hashes,
  };
}

function isSupplied(value: unknown): boolean {
  return (
    known(value, 'supplier', 'name') !== null ||
    known(value, 'manufacturer', 'name') !== null ||
    known(value, 'publisher') !== null ||
    known(value, 'author') !== null ||
    listOf(value, 'authors').some((one) => known(one, 'name') !== null)
  );
}

function* dependenciesOf(document: JsonObject): Generator<Dependency> {
  for (const [index, one] of listOf(document, 'dependencies').entries()) {
    const targets = [...listOf(one, 'dependsOn'), ...listOf(one, 'provides')];
    const named = targets.filter((target) => typeof target === 'string');
    yield { ref: textOf(one, 'ref'), targets: named, pointer: `/dependencies/${index}` };
  }
}

// Every `bom-ref`, wherever it is, is a name that other objects may use.
function refsOf(document: JsonObject, note: Note): Set<string> {
  const refs = new Set<string>();
  let duplicates = 0;
  const path: (string | number)[] = [];
  const enter = (key: string | number, value: unknown) => {
    if (key === 'bom-ref' && typeof value === 'string') {
      if (refs.has(value)) {
        duplicates += 1;
        noteDuplicate(value, duplicates > MAX_PLACES ? null : path, note);
      }
      refs.add(value);
    }
    if (typeof value !== 'object' || value === null) return;
    path.push(key);
    if (Array.isArray(value)) for (let index = 0; index < value.length; index += 1) enter(index, value[index]);
    // Parsed JSON inherits nothing that is listed here, and a list of keys takes twice as long.
    else for (const inner in value) enter(inner, (value as JsonObject)[inner]);
    path.pop();
  };
  enter('', document);
  return refs;
}

// The pointer of a deeply nested object is slow to build: after this many duplicates none is built.
const MAX_PLACES = 1_000;

function noteDuplicate(ref: string, path: readonly (string | number)[] | null, note: Note): void {
  const steps = path?.slice(1).map((key) => `/${escapePointer(String(key))}`);
  const message = `The bom-ref '${ref}' occurs twice`;
  note({ code: 'duplicate_ref', severity: 'warning', message, pointer: steps ? `${steps.join('')}/bom-ref` : null });
}
