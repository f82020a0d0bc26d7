// One neutral bill of materials, written in every form of SBOM that is read.
import { dump } from 'js-yaml';

/** What is known of a package; a text may say that nothing is. */
export type Entry = {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  readonly licence: string;
};

export type Bill = {
  readonly subject: Entry;
  /** Whether the subject is listed a second time, among the components. */
  readonly repeated?: boolean;
  readonly components: readonly Entry[];
  /** Pairs of ids: the first depends on the second. */
  readonly depends: readonly (readonly [string, string])[];
  readonly created: string;
  readonly author: string | null;
  readonly tool: string;
  readonly toolVersion: string;
};

/** By the name of the form. Versions are those of the form, or one that nobody has published. */
export const WRITERS: Readonly<Record<string, (bill: Bill, known?: boolean) => string>> = {
  'cyclonedx-json': cyclonedxJson,
  'cyclonedx-xml': cyclonedxXml,
  'spdx-json': (bill, known = true) => JSON.stringify(spdx2(bill, known)),
  'spdx-yaml': (bill, known = true) => dump(spdx2(bill, known)),
  'spdx-tv': spdxTagValue,
  'spdx3-jsonld': spdx3,
  'syft-json': syft,
};

const listed = ({ subject, repeated, components }: Bill): Entry[] => [
  ...(repeated ? [{ ...subject, id: `${subject.id}-again` }] : []),
  ...components,
];

function cyclonedxJson(bill: Bill, known = true): string {
  const component = ({ id, name, version, purl, licence }: Entry) => ({
    ...{ type: 'library', 'bom-ref': id, name, version, purl },
    licenses: [{ expression: licence }],
  });
  return JSON.stringify({
    bomFormat: 'CycloneDX',
    specVersion: known ? '1.6' : '9.9',
    metadata: {
      timestamp: bill.created,
      tools: { components: [{ type: 'application', name: bill.tool, version: bill.toolVersion }] },
      ...(bill.author === null ? {} : { authors: [{ name: bill.author }] }),
      component: component(bill.subject),
    },
    components: listed(bill).map(component),
    dependencies: bill.depends.map(([ref, on]) => ({ ref, dependsOn: [on] })),
  });
}

function cyclonedxXml(bill: Bill, known = true): string {
  const component = ({ id, name, version, purl, licence }: Entry) =>
    `<component type="library" bom-ref="${id}"><name>${name}</name><version>${version}</version>` +
    `<licenses><expression>${licence}</expression></licenses><purl>${purl}</purl></component>`;
  const author = bill.author === null ? '' : `<authors><author><name>${bill.author}</name></author></authors>`;
  const tool = `<component type="application"><name>${bill.tool}</name><version>${bill.toolVersion}</version></component>`;
  const dependencies = bill.depends.map(
    ([ref, on]) => `<dependency ref="${ref}"><dependency ref="${on}"/></dependency>`,
  );
  return `<bom xmlns="http://cyclonedx.org/schema/bom/${known ? '1.6' : '9.9'}">
<metadata><timestamp>${bill.created}</timestamp><tools><components>${tool}</components></tools>${author}${component(bill.subject)}</metadata>
<components>${listed(bill).map(component).join('')}</components>
<dependencies>${dependencies.join('')}</dependencies></bom>`;
}

const ref = (id: string) => (/^NO/.test(id) ? id : `SPDXRef-${id}`);

const creators = ({ author, tool, toolVersion }: Bill) => [
  `Tool: ${tool}${/^NO/.test(toolVersion) ? '' : `-${toolVersion}`}`,
  ...(author === null ? [] : [`Person: ${author}`]),
];

function spdx2(bill: Bill, known: boolean): object {
  const entry = ({ id, name, version, purl, licence }: Entry) => ({
    ...{ SPDXID: ref(id), name, versionInfo: version, downloadLocation: 'NOASSERTION', licenseConcluded: licence },
    externalRefs: [{ referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: purl }],
  });
  return {
    ...{
      spdxVersion: known ? 'SPDX-2.3' : 'SPDX-9.9',
      dataLicense: 'CC0-1.0',
      SPDXID: 'SPDXRef-DOCUMENT',
      name: 'bill',
    },
    documentNamespace: 'https://acme.example/bill',
    creationInfo: { created: bill.created, creators: creators(bill) },
    documentDescribes: [ref(bill.subject.id)],
    packages: [bill.subject, ...listed(bill)].map(entry),
    relationships: bill.depends.map(([from, to]) => ({
      ...{ spdxElementId: ref(from), relationshipType: 'DEPENDS_ON', relatedSpdxElement: ref(to) },
    })),
  };
}

function spdxTagValue(bill: Bill, known = true): string {
  const entry = ({ id, name, version, purl, licence }: Entry) => `
PackageName: ${name}
SPDXID: ${ref(id)}
PackageVersion: ${version}
PackageDownloadLocation: NOASSERTION
PackageLicenseConcluded: ${licence}
ExternalRef: PACKAGE-MANAGER purl ${purl}
`;
  return `SPDXVersion: SPDX-${known ? '2.3' : '9.9'}
DataLicense: CC0-1.0
SPDXID: SPDXRef-DOCUMENT
DocumentName: bill
DocumentNamespace: https://acme.example/bill
${creators(bill)
  .map((creator) => `Creator: ${creator}`)
  .join('\n')}
Created: ${bill.created}
${[bill.subject, ...listed(bill)].map(entry).join('')}
Relationship: SPDXRef-DOCUMENT DESCRIBES ${ref(bill.subject.id)}
${bill.depends.map(([from, to]) => `Relationship: ${ref(from)} DEPENDS_ON ${ref(to)}`).join('\n')}
`;
}

const iri = (id: string) => (/^NO/.test(id) ? 'NoAssertionElement' : `https://acme.example/bill#${id}`);

function spdx3(bill: Bill, known = true): string {
  const version = known ? '3.0.1' : '9.9.9';
  const element = (type: string, id: string, more: object) => ({
    type,
    spdxId: iri(id),
    creationInfo: '_:info',
    ...more,
  });
  const entry = ({ id, name, version: software_packageVersion, purl }: Entry) =>
    element('software_Package', id, { name, software_packageVersion, software_packageUrl: purl });
  const relationship = (id: string, from: string, relationshipType: string, to: string) =>
    element('Relationship', id, { from: iri(from), relationshipType, to: [to] });
  const entries = [bill.subject, ...listed(bill)];
  return JSON.stringify({
    '@context': `https://spdx.org/rdf/${version}/spdx-context.jsonld`,
    '@graph': [
      {
        ...{ type: 'CreationInfo', '@id': '_:info', specVersion: version, created: bill.created },
        ...{ createdBy: [iri('maker')], createdUsing: [iri('tool')] },
      },
      bill.author === null
        ? element('SoftwareAgent', 'maker', { name: bill.tool })
        : element('Person', 'maker', { name: bill.author }),
      element('Tool', 'tool', { name: `${bill.tool}${/^NO/.test(bill.toolVersion) ? '' : `-${bill.toolVersion}`}` }),
      ...entries.map(entry),
      ...entries.flatMap(({ id, licence }) => [
        element('simplelicensing_LicenseExpression', `${id}-licence`, { simplelicensing_licenseExpression: licence }),
        relationship(`${id}-has`, id, 'hasConcludedLicense', iri(`${id}-licence`)),
      ]),
      ...bill.depends.map(([from, to], index) => relationship(`depends-${index}`, from, 'dependsOn', iri(to))),
      element('software_Sbom', 'sbom', { rootElement: [iri(bill.subject.id)] }),
    ],
  });
}

// Syft states what it looked at apart from its packages, without a package URL, and names nobody.
function syft(bill: Bill, known = true): string {
  const entry = ({ id, name, version, purl, licence }: Entry) => ({
    ...{
      id,
      name,
      version,
      type: 'npm',
      foundBy: 'x',
      locations: [],
      licenses: [licence],
      language: '',
      cpes: [],
      purl,
    },
  });
  const { name, version } = bill.subject;
  return JSON.stringify({
    artifacts: bill.components.map(entry),
    artifactRelationships: bill.depends.map(([child, parent]) => ({ parent, child, type: 'dependency-of' })),
    source: { id: bill.subject.id, name, version, type: 'directory', metadata: { path: '.' } },
    distro: {},
    descriptor: { name: bill.tool, version: bill.toolVersion, timestamp: bill.created },
    schema: {
      version: known ? '16.0.36' : '99.0.0',
      url: 'https://raw.githubusercontent.com/anchore/syft/main/schema.json',
    },
  });
}
