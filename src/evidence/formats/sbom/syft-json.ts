// Syft's own JSON (anchore/syft, schema/json).
import type { Subject } from '../../../domain/evidence/evidence-facts.ts';
import { field, type JsonObject, listOf, objectOf, objectsIn, textOf } from '../../../json/fields.ts';
import type { Format, Note, ParsedDocument } from '../../reading.ts';
import { badPurl, isPackageUrl } from './package-url.ts';
import { type Component, countComponents, known, knownName, knownText, sbomFacts } from './sbom-tally.ts';
import { anyObject, list, type Rule, shape, text, topOf } from './shape-rules.ts';

export const syftJson: Format<'json'> = {
  shape: 'json',
  name: 'syft-json',
  kind: 'sbom',
  fields: [
    ...['artifacts', 'artifactRelationships', 'source', 'descriptor', 'schema', 'name', 'version', 'purl', 'licenses'],
    ...['id', 'type', 'parent', 'child', 'timestamp', 'spdxExpression', 'cpes'],
    ...['metadata', 'target', 'userInput', 'manifestDigest', 'imageID', 'repoDigests', 'digests', 'algorithm', 'value'],
  ],
  recognises: ({ value }) => isSyft(value),
  read: ({ value }, note) => parseSyft(value, note),
};

function isSyft(value: unknown): boolean {
  if (!Object.hasOwn(objectOf(value) ?? {}, 'artifacts')) return false;
  return (
    textOf(value, 'descriptor', 'name') === 'syft' ||
    textOf(value, 'schema', 'url')?.includes('/anchore/syft/') === true
  );
}

function parseSyft(value: unknown, note: Note): ParsedDocument {
  const version = textOf(value, 'schema', 'version');
  const knownVersion = checkVersion(version, note);
  DOCUMENT(
    value,
    topOf(note, (_, pointer) => pointer),
  );
  checkPurls(value, note);
  const artifacts = objectsIn(value, 'artifacts');
  if (artifacts.length === 0) {
    note({ code: 'no_packages', severity: 'warning', message: 'It lists no packages', pointer: '/artifacts' });
  }
  const subjects = subjectsOf(field(value, 'source'));
  const [subject] = subjects;
  const tool = known(value, 'descriptor', 'name');
  const relationships = objectsIn(value, 'artifactRelationships');
  const facts = sbomFacts(countComponents(artifacts.map(componentOf)), {
    knownVersion,
    relationships: relationships.length,
    created: known(value, 'descriptor', 'timestamp'),
    // `source` is not one of the artifacts, so nothing has to be excluded.
    subject: subject ? { ...subject, version: known(value, 'source', 'version'), purl: null } : null,
    depends: relationships.some((one) => isDependency(one)),
    // Syft JSON has no field for a person or an organisation.
    author: null,
  });
  return {
    kind: 'sbom',
    format: 'syft-json',
    version,
    tool: tool === null ? null : { name: tool, version: known(value, 'descriptor', 'version') },
    subjects,
    facts,
  };
}

// The last major version that was examined. Minor versions only add fields, so all are accepted.
const LAST_MAJOR = 16;

// Whether the version is known. Documents without one were written through Syft's library and have
// the same fields.
function checkVersion(version: string | null, note: Note): boolean {
  if (version === null) {
    const message = 'It does not say of which version its schema is';
    note({ code: 'no_version', severity: 'warning', message, pointer: '/schema/version' });
    return true;
  }
  const major = /^(\d{1,4})\.\d{1,4}\.\d{1,4}$/.exec(version)?.[1];
  if (major !== undefined && Number(major) >= 1 && Number(major) <= LAST_MAJOR) return true;
  const message = `Its schema is of version ${version.slice(0, 100)}; those known are 1 to ${LAST_MAJOR}`;
  note({ code: 'unknown_version', severity: 'error', message, pointer: '/schema/version' });
  return false;
}

function checkPurls(value: unknown, note: Note): void {
  for (const [index, one] of listOf(value, 'artifacts').entries()) {
    const purl = known(one, 'purl');
    if (purl !== null && !isPackageUrl(purl)) note(badPurl(purl, `/artifacts/${index}/purl`));
  }
}

function isDependency(relationship: JsonObject): boolean {
  const [parent, child] = [known(relationship, 'parent'), known(relationship, 'child')];
  const between = parent !== null && child !== null && parent !== child;
  return between && field(relationship, 'type') === 'dependency-of';
}

const any: Rule = () => undefined;
const anyList = list(any);

// What the schemas of all versions demand.
const ARTIFACT = shape(
  ['name', 'version', 'type', 'foundBy', 'locations', 'licenses', 'language', 'cpes', 'purl'],
  {
    name: text,
    version: text,
    type: text,
    foundBy: text,
    locations: anyList,
    licenses: anyList,
    language: text,
    cpes: anyList,
    purl: text,
  },
  true,
);

const DOCUMENT = shape(
  ['artifacts', 'source', 'distro', 'descriptor'],
  {
    artifacts: list(ARTIFACT),
    artifactRelationships: list(anyObject),
    source: anyObject,
    distro: anyObject,
    descriptor: anyObject,
  },
  true,
);

function componentOf(one: unknown): Component {
  const stated = known(one, 'purl');
  const purl = stated !== null && isPackageUrl(stated) ? stated : null;
  return {
    ref: textOf(one, 'id'),
    name: knownName(one, 'name'),
    version: known(one, 'version'),
    purl,
    licences: listOf(one, 'licenses')
      .map((licence) =>
        typeof licence === 'string'
          ? knownText(licence)
          : (known(licence, 'spdxExpression') ?? known(licence, 'value')),
      )
      .filter((licence) => licence !== null),
    hashed: HASHES.some((name) => isThere(field(one, 'metadata', name))),
    supplied: MAKERS.some((name) => isThere(field(one, 'metadata', name))),
    identified: purl !== null || listOf(one, 'cpes').length > 0,
  };
}

// Where the metadata of each ecosystem states the digest of a package and its maker.
const HASHES = ['digest', 'digests', 'h1Digest', 'integrity', 'pullChecksum'];
const MAKERS = ['author', 'authors', 'maintainer', 'vendor'];

function isThere(value: unknown): boolean {
  return Array.isArray(value)
    ? value.some((one) => isThere(one))
    : objectOf(value) !== null || known({ value }, 'value') !== null;
}

// One subject for each digest: an image has one for its manifest, one for its configuration and one
// for every registry that stores it.
function subjectsOf(source: unknown): Subject[] {
  // Up to about version 5 it is called the target; for directories it is only a path.
  const target = field(source, 'metadata') ?? field(source, 'target');
  const path = typeof target === 'string' ? target : null;
  const name =
    textOf(source, 'name') ?? textOf(target, 'userInput') ?? textOf(target, 'path') ?? textOf(target, 'base') ?? path;
  const digests = [
    textOf(target, 'manifestDigest'),
    textOf(target, 'imageID'),
    ...listOf(target, 'repoDigests').map((one) =>
      typeof one === 'string' ? one.slice(one.lastIndexOf('@') + 1) : null,
    ),
    ...listOf(target, 'digests').map((one) => `${textOf(one, 'algorithm')}:${textOf(one, 'value') ?? ''}`),
  ];
  const found = new Set(digests.filter((digest) => digest !== null && isDigest(digest)) as string[]);
  const subjects = [...found].map((digest) => ({ name, digests: digestIn(digest) }));
  return subjects.length > 0 || name === null ? subjects : [{ name, digests: {} }];
}

// A truncated or misspelt digest counts, too: without it, an SBOM of other bytes would look like
// one that names none.
function isDigest(digest: string): boolean {
  return /^(?:[a-z0-9-]{1,32}:[0-9a-f]{8,256}|(?:sha-?\d|md5|blake)[a-z0-9-]{0,20}:.{1,256})$/i.test(digest);
}

function digestIn(digest: string): Record<string, string> {
  const at = digest.indexOf(':');
  return { [digest.slice(0, at).toLowerCase().replace(/^sha-/, 'sha')]: digest.slice(at + 1) };
}
