// SBOMs of any size, as the tools write them.
import { dump } from 'js-yaml';
import { COMMIT, CREATED, each, type Generated, name, purl, SHA256, sha256, version } from './document-parts.ts';

const LICENCES = ['MIT', 'Apache-2.0', 'ISC', 'BSD-3-Clause'] as const;
const licence = (at: number) => LICENCES[at % LICENCES.length] as string;

/** Of the application, and of every package but the last, which nothing depends on again. */
const edges = (count: number) => Array.from({ length: count - 1 }, (_, at) => [at, at + 1] as const);

function cyclonedx(count: number): object {
  const component = (at: number) => ({
    type: 'library',
    'bom-ref': purl(at),
    supplier: { name: 'Acme' },
    name: name(at),
    version: version(at),
    hashes: [{ alg: 'SHA-256', content: sha256(at) }],
    licenses: [{ license: { id: licence(at) } }],
    purl: purl(at),
  });
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: 'urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79',
    version: 1,
    metadata: {
      timestamp: CREATED,
      tools: { components: [{ type: 'application', name: 'syft', version: '1.33.0' }] },
      component: {
        type: 'application',
        'bom-ref': 'app',
        name: 'payment-api',
        version: '2.4.1',
        hashes: [{ alg: 'SHA-256', content: SHA256 }],
      },
    },
    components: each(count, component),
    dependencies: edges(count).map(([from, to]) => ({ ref: purl(from), dependsOn: [purl(to)] })),
  };
}

function cyclonedxXml(count: number): string {
  const component = (at: number) => `    <component type="library" bom-ref="${purl(at)}">
      <supplier><name>Acme</name></supplier>
      <name>${name(at)}</name>
      <version>${version(at)}</version>
      <hashes><hash alg="SHA-256">${sha256(at)}</hash></hashes>
      <licenses><license><id>${licence(at)}</id></license></licenses>
      <purl>${purl(at)}</purl>
    </component>`;
  const dependency = ([from, to]: readonly [number, number]) =>
    `    <dependency ref="${purl(from)}"><dependency ref="${purl(to)}"/></dependency>`;
  return `<?xml version="1.0" encoding="UTF-8"?>
<bom xmlns="http://cyclonedx.org/schema/bom/1.6" version="1">
  <metadata>
    <timestamp>${CREATED}</timestamp>
    <component type="application" bom-ref="app"><name>payment-api</name><version>2.4.1</version></component>
  </metadata>
  <components>
${each(count, component).join('\n')}
  </components>
  <dependencies>
${edges(count).map(dependency).join('\n')}
  </dependencies>
</bom>
`;
}

const spdxId = (at: number) => `SPDXRef-Package-${at}`;

function spdx2(count: number) {
  const described = {
    spdxElementId: 'SPDXRef-DOCUMENT',
    relationshipType: 'DESCRIBES',
    relatedSpdxElement: 'SPDXRef-App',
  };
  const entry = (SPDXID: string, name: string, versionInfo: string, hash: string, licenseDeclared: string) => ({
    SPDXID,
    name,
    versionInfo,
    supplier: 'Organization: Acme',
    downloadLocation: 'NOASSERTION',
    checksums: [{ algorithm: 'SHA256', checksumValue: hash }],
    licenseConcluded: 'NOASSERTION',
    licenseDeclared,
    externalRefs: [
      {
        referenceCategory: 'PACKAGE-MANAGER',
        referenceType: 'purl',
        referenceLocator: `pkg:npm/${name}@${versionInfo}`,
      },
    ],
  });
  return {
    spdxVersion: 'SPDX-2.3',
    dataLicense: 'CC0-1.0',
    SPDXID: 'SPDXRef-DOCUMENT',
    name: 'payment-api',
    documentNamespace: 'https://acme.example/sbom/1',
    creationInfo: { created: CREATED, creators: ['Organization: Acme', 'Tool: syft-1.33.0'] },
    packages: [
      entry('SPDXRef-App', 'payment-api', '2.4.1', SHA256, 'MIT'),
      ...each(count, (at) => entry(spdxId(at), name(at), version(at), sha256(at), licence(at))),
    ],
    relationships: [
      described,
      ...edges(count).map(([from, to]) => ({
        spdxElementId: spdxId(from),
        relationshipType: 'DEPENDS_ON',
        relatedSpdxElement: spdxId(to),
      })),
    ],
  };
}

function tagValue(count: number): string {
  const { packages, relationships } = spdx2(count);
  const packageText = (one: (typeof packages)[number]) => `
PackageName: ${one.name}
SPDXID: ${one.SPDXID}
PackageVersion: ${one.versionInfo}
PackageSupplier: ${one.supplier}
PackageDownloadLocation: NOASSERTION
PackageChecksum: SHA256: ${one.checksums[0]?.checksumValue}
PackageLicenseConcluded: NOASSERTION
PackageLicenseDeclared: ${one.licenseDeclared}
ExternalRef: PACKAGE-MANAGER purl ${one.externalRefs[0]?.referenceLocator}
`;
  const relationshipText = (one: (typeof relationships)[number]) =>
    `Relationship: ${one.spdxElementId} ${one.relationshipType} ${one.relatedSpdxElement}\n`;
  return `SPDXVersion: SPDX-2.3
DataLicense: CC0-1.0
SPDXID: SPDXRef-DOCUMENT
DocumentName: payment-api
DocumentNamespace: https://acme.example/sbom/1
Creator: Organization: Acme
Creator: Tool: syft-1.33.0
Created: ${CREATED}
${packages.map(packageText).join('')}${relationships.map(relationshipText).join('')}`;
}

const iri = (text: string) => `https://acme.example/1#${text}`;

function spdx3(count: number): object {
  const element = (type: string, id: string, more: object) => ({
    type,
    spdxId: iri(id),
    creationInfo: '_:info',
    ...more,
  });
  const packages = each(count, (at) =>
    element('software_Package', `package-${at}`, {
      name: name(at),
      software_packageVersion: version(at),
      software_packageUrl: purl(at),
      suppliedBy: iri('acme'),
      verifiedUsing: [{ type: 'Hash', algorithm: 'sha256', hashValue: sha256(at) }],
    }),
  );
  const relationships = edges(count).map(([from, to]) =>
    element('Relationship', `relationship-${from}`, {
      from: iri(`package-${from}`),
      relationshipType: 'dependsOn',
      to: [iri(`package-${to}`)],
    }),
  );
  const info = {
    type: 'CreationInfo',
    '@id': '_:info',
    specVersion: '3.0.1',
    created: CREATED,
    createdBy: [iri('acme')],
    createdUsing: [iri('tool')],
  };
  const root = [iri('app')];
  const graph = [
    info,
    element('Organization', 'acme', { name: 'Acme' }),
    element('Tool', 'tool', { name: 'syft-1.33.0' }),
    element('software_Package', 'app', { name: 'payment-api', software_packageVersion: '2.4.1' }),
    ...packages,
    ...relationships,
    element('software_Sbom', 'sbom', { element: root, rootElement: root }),
    element('SpdxDocument', 'document', { rootElement: [iri('sbom')] }),
  ];
  return { '@context': 'https://spdx.org/rdf/3.0.1/spdx-context.jsonld', '@graph': graph };
}

function syft(count: number): object {
  const artifact = (at: number) => ({
    id: `package-${at}`,
    name: name(at),
    version: version(at),
    type: 'npm',
    foundBy: 'javascript-lock-cataloger',
    locations: [{ path: '/package-lock.json', layerID: `sha256:${SHA256}`, accessPath: '/package-lock.json' }],
    licenses: [{ value: licence(at), spdxExpression: licence(at), type: 'declared', urls: [], locations: [] }],
    language: 'javascript',
    cpes: [{ cpe: `cpe:2.3:a:acme:${name(at)}:${version(at)}:*:*:*:*:*:*:*`, source: 'syft-generated' }],
    purl: purl(at),
  });
  return {
    artifacts: each(count, artifact),
    artifactRelationships: edges(count).map(([from, to]) => ({
      parent: `package-${from}`,
      child: `package-${to}`,
      type: 'dependency-of',
    })),
    source: { id: COMMIT, name: '/src', version: '', type: 'directory', metadata: { path: '/src' } },
    distro: {},
    descriptor: { name: 'syft', version: '1.33.0' },
    schema: {
      version: '16.0.36',
      url: 'https://raw.githubusercontent.com/anchore/syft/main/schema/json/schema-16.0.36.json',
    },
  };
}

export const SBOMS = {
  'CycloneDX JSON': { format: 'cyclonedx-json', counted: 'components', of: cyclonedx },
  'CycloneDX XML': { format: 'cyclonedx-xml', counted: 'components', of: cyclonedx, written: cyclonedxXml },
  'SPDX JSON': { format: 'spdx-json', counted: 'components', of: spdx2 },
  'SPDX tag-value': { format: 'spdx-tv', counted: 'components', of: spdx2, written: tagValue },
  'SPDX YAML': {
    format: 'spdx-yaml',
    counted: 'components',
    of: spdx2,
    written: (count) => dump(spdx2(count), { noRefs: true }),
  },
  'SPDX 3': { format: 'spdx3-jsonld', counted: 'components', of: spdx3 },
  'Syft JSON': { format: 'syft-json', counted: 'components', of: syft },
} satisfies Record<string, Generated>;
