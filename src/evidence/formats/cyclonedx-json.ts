// CycloneDX in JSON: https://cyclonedx.org/docs/1.7/json/
import type { Tool } from '../../domain/evidence-facts.ts';
import { field, type JsonObject, listOf, objectOf, objectsIn, textOf } from '../../domain/json-fields.ts';
import type { Signed } from '../../domain/signed.ts';
import { escapePointer } from '../json.ts';
import type { Format, Note } from '../reading.ts';
import { type Bom, type Component, type Dependency, understandBom } from './cyclonedx.ts';
import { checkJsonSchema, isJsonVersion } from './cyclonedx-json-schema.ts';

export const cyclonedxJson: Format<'json'> = {
  shape: 'json',
  name: 'cyclonedx-json',
  kind: 'sbom',
  fields: [
    ...['bomFormat', 'specVersion', 'metadata', 'timestamp', 'tools', 'component', 'components', 'services'],
    ...['bom-ref', 'name', 'version', 'purl', 'cpe', 'swid', 'swhid', 'omniborId', 'hashes', 'alg', 'content'],
    ...['licenses', 'license', 'expression', 'id'],
    ...['supplier', 'manufacturer', 'manufacture', 'publisher', 'author', 'authors'],
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
    const understood = understandBom(bomOf(document, version, note), note);
    return objectOf(document.signature) === null ? understood : { ...understood, signed: [JSF] };
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
    created: textOf(metadata, 'timestamp'),
    tools: toolsOf(metadata),
    authors: authorsOf(metadata),
    subject: subject && componentOf(subject),
    components: allComponents(subject, document),
    services: objectsIn(document, 'services').length,
    dependencies: dependenciesOf(document),
    refs: refsOf(document, note),
    vulnerabilities: objectsIn(document, 'vulnerabilities').map((one) => ({
      state: textOf(one, 'analysis', 'state'),
      affects: listOf(one, 'affects').flatMap((target) => textOf(target, 'ref') ?? []),
    })),
  };
}

// A list of tools until 1.4; since 1.5 components and services, too.
function* toolsOf(metadata: unknown): Generator<Tool> {
  const lists = [['tools'], ['tools', 'components'], ['tools', 'services']].map((path) => listOf(metadata, ...path));
  for (const tool of lists.flat()) {
    const name = textOf(tool, 'name');
    if (name !== null) yield { name, version: textOf(tool, 'version') };
  }
}

function authorsOf(metadata: unknown): string[] {
  const people = listOf(metadata, 'authors').flatMap((one) => textOf(one, 'name') ?? textOf(one, 'email') ?? []);
  const organisations = ['manufacturer', 'supplier', 'manufacture'].flatMap(
    (key) => textOf(metadata, key, 'name') ?? [],
  );
  return [...people, ...organisations];
}

// Depth first, without recursion: every level of it would slow every component below.
function* allComponents(...holders: unknown[]): Generator<Component> {
  const open = holders.map((holder) => objectsIn(holder, 'components').values()).reverse();
  for (let list = open.at(-1); list !== undefined; list = open.at(-1)) {
    const { value, done } = list.next();
    if (done) {
      open.pop();
      continue;
    }
    yield componentOf(value);
    const nested = objectsIn(value, 'components');
    if (nested.length > 0) open.push(nested.values());
  }
}

function componentOf(value: unknown): Component {
  const purl = textOf(value, 'purl');
  const hashes = listOf(value, 'hashes').flatMap((one) => {
    const [algorithm, content] = [textOf(one, 'alg'), textOf(one, 'content')];
    return algorithm === null || content === null ? [] : [[algorithm, content] as const];
  });
  return {
    ref: textOf(value, 'bom-ref'),
    name: textOf(value, 'name'),
    version: textOf(value, 'version'),
    purl,
    identified:
      purl !== null ||
      textOf(value, 'cpe') !== null ||
      textOf(value, 'swid', 'tagId') !== null ||
      listOf(value, 'swhid').length > 0 ||
      listOf(value, 'omniborId').length > 0,
    supplied:
      textOf(value, 'supplier', 'name') !== null ||
      textOf(value, 'manufacturer', 'name') !== null ||
      textOf(value, 'publisher') !== null ||
      textOf(value, 'author') !== null ||
      listOf(value, 'authors').some((one) => textOf(one, 'name') !== null),
    licences: listOf(value, 'licenses').flatMap(
      (one) => textOf(one, 'license', 'id') ?? textOf(one, 'license', 'name') ?? textOf(one, 'expression') ?? [],
    ),
    hashed: hashes.length > 0,
    hashes,
  };
}

function* dependenciesOf(document: JsonObject): Generator<Dependency> {
  for (const [index, one] of listOf(document, 'dependencies').entries()) {
    const targets = [...listOf(one, 'dependsOn'), ...listOf(one, 'provides')];
    const named = targets.filter((target) => typeof target === 'string');
    yield { ref: textOf(one, 'ref'), targets: named, pointer: `/dependencies/${index}` };
  }
}

// Wherever it stands, a `bom-ref` is what others name the object by.
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
    else for (const inner of Object.keys(value)) enter(inner, (value as JsonObject)[inner]);
    path.pop();
  };
  enter('', document);
  return refs;
}

// A place deep down takes long to write, and of a document with more of them none is shown any more.
const MAX_PLACES = 1_000;

function noteDuplicate(ref: string, path: readonly (string | number)[] | null, note: Note): void {
  const steps = path?.slice(1).map((key) => `/${escapePointer(String(key))}`);
  const message = `The bom-ref '${ref}' occurs twice`;
  note({ code: 'duplicate_ref', severity: 'warning', message, pointer: steps ? `${steps.join('')}/bom-ref` : null });
}
