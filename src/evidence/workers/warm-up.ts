// Small documents that make readers compile their schemas, which takes up to a second for some: the
// first real document need not wait for it.

const json = (value: unknown) => JSON.stringify(value);

const cyclonedx = (specVersion: string, more: object = {}) =>
  json({ bomFormat: 'CycloneDX', specVersion, version: 1, ...more });

// A document with faults makes readers compile the schema a second time, to find all faults.
const faulty = { metadata: { odd: 1 }, components: [{ type: 'odd' }], dependencies: [{ odd: 1 }], odd: 1 };
const VERSIONS = ['1.6', '1.5', '1.7', '1.4'];

const statement = {
  _type: 'https://in-toto.io/Statement/v1',
  subject: [{ name: 'app', digest: { sha256: 'ab'.repeat(32) } }],
  predicateType: 'https://slsa.dev/provenance/v1',
  predicate: {},
};

/** One document of each format that has something to compile or load, the most common first. */
export const WARM_UP: readonly string[] = [
  ...VERSIONS.map((version) => cyclonedx(version)),
  json({
    payloadType: 'application/vnd.in-toto+json',
    payload: Buffer.from(json(statement)).toString('base64'),
    signatures: [{ sig: 'c2ln' }],
  }),
  json({ spdxVersion: 'SPDX-2.3', SPDXID: 'SPDXRef-DOCUMENT', packages: [{}] }),
  json({ $schema: 'https://json.schemastore.org/sarif-2.1.0.json', version: '2.1.0', runs: [] }),
  json({ '@context': 'https://openvex.dev/ns/v0.2.0', statements: [{}] }),
  ...VERSIONS.map((version) => `<bom xmlns="http://cyclonedx.org/schema/bom/${version}" version="1"/>`),
  json({ document: { csaf_version: '2.0', category: 'csaf_vex' } }),
  json({ scorecard: {}, checks: [{}], score: 1 }),
  json({ '@context': 'https://spdx.org/rdf/3.0.1/spdx-context.jsonld', '@graph': [{ type: 'SpdxDocument' }] }),
  'SPDXVersion: SPDX-2.3\nSPDXID: SPDXRef-DOCUMENT\n',
  'spdxVersion: SPDX-2.3\nSPDXID: SPDXRef-DOCUMENT\n',
  '<testsuites/>',
  ...VERSIONS.map((version) => cyclonedx(version, faulty)),
  json({ $schema: 'https://json.schemastore.org/sarif-2.1.0.json', version: '2.1.0', runs: [1] }),
];

/**
 * Reads these documents one after another, from the first one after each `begin`. `read` reads a
 * document as soon as nothing else is to be done; if it rejects, this ends until the next `begin`.
 */
export function warmUp(read: (text: string) => Promise<unknown>): { begin(): void } {
  let next = WARM_UP.length;
  let isRunning = false;
  async function run(): Promise<void> {
    isRunning = true;
    try {
      for (; next < WARM_UP.length; next += 1) await read(WARM_UP[next] as string);
    } finally {
      isRunning = false;
    }
  }
  return {
    begin() {
      next = isRunning ? -1 : 0;
      if (!isRunning) run().catch(() => {});
    },
  };
}
