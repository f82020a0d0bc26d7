// Requests about evidence and the gate that are recorded, at the level `asserted` and at `verified`.
import { get, patch, post, put, type Step } from './recorded-requests.ts';
import { DOCUMENTS } from './recordings.ts';

const ARTIFACTS = '/maestro/artifacts';
const INSPECT = '/maestro/evidence/inspect';
const gateOf = (run: string) => `/maestro/runs/{${run}}/release-gate`;
const evidenceOf = (artifact: string) => `${ARTIFACTS}/{${artifact}}/evidence`;
const WAITING = { headers: { prefer: 'wait=60' } };

const newRun = (as: string): Step => post(`the run ${as}`, '/maestro/runs', { name: as, owner: 'team' }, { as });
const newArtifact = (run: string, as: string, more: object = {}): Step =>
  post(`${as} of ${run}`, ARTIFACTS, { run_id: `{${run}}`, kind: 'other', path_or_uri: as, ...more }, { as });

/** A document of a run, and what was read of it. */
const read = (run: string, document: string, more: object = {}): Step[] => [
  newArtifact(run, document, more),
  put(document, document),
  get(`evidence of ${document}`, evidenceOf(document)),
];

/** Everything that is asked of a run at its end. */
const asked = (run: string, when = ''): Step[] => [
  get(`the gate of ${run}${when}`, gateOf(run), WAITING),
  get(`the enforced gate of ${run}${when}`, `${gateOf(run)}?enforce=true`),
  get(`the manifest of ${run}${when}`, `/maestro/runs/{${run}}/manifest`),
];

export const inspections: Step[] = [
  ...Object.keys(DOCUMENTS.documents).map(
    (document): Step => ({ name: `inspect ${document}`, method: 'POST', url: INSPECT, document }),
  ),
  {
    name: 'inspect a typed document',
    method: 'POST',
    url: INSPECT,
    document: 'json',
    headers: { 'content-type': 'a/b' },
  },
  {
    ...{ name: 'inspect a form', method: 'POST', url: INSPECT, document: 'json' },
    headers: { 'content-type': 'multipart/form-data; boundary=x' },
  },
  { name: 'inspect with a parameter', method: 'POST', url: `${INSPECT}?format=spdx`, document: 'json' },
];

const ALL_FLAGS = { sbom_present: true, slsa_provenance_present: true, risk_assessment_present: true };
const DECLARED = { metadata_json: ALL_FLAGS };

/** At the level `asserted`. */
export const assertedGates: Step[] = [
  get('the gate of an unknown run', '/maestro/runs/build-1042/release-gate'),
  get('the manifest of an unknown run', '/maestro/runs/build-1042/manifest'),
  get('the gate with enforce=yes', `${gateOf('run')}?enforce=yes`),
  get('the gate with a misspelt parameter', `${gateOf('run')}?enforced=true`),
  get('the gate with a bad Prefer', gateOf('run'), { headers: { prefer: 'wait=x' } }),
  get('the gate that is not enforced', `${gateOf('run')}?enforce=false`),
  ...['empty run', 'failed run', 'cancelled run', 'run', 'succeeded run'].flatMap((run) => asked(run)),
  newRun('by word'),
  newArtifact('by word', 'lacking', { metadata_json: { sbom_present: true } }),
  patch('by word', '{by word}', { status: 'succeeded' }),
  ...asked('by word'),
  newArtifact('by word', 'declared', DECLARED),
  get('the gate that passes', gateOf('by word')),
  get('the enforced gate that passes', `${gateOf('by word')}?enforce=true`),
  get('the head of the gate', gateOf('by word'), { method: 'HEAD' }),
  newRun('documents'),
  ...read('documents', 'build-B'),
  ...['sbom-of-B', 'provenance-of-B', 'vex-of-B'].flatMap((one) => read('documents', one)),
  patch('documents', '{documents}', { status: 'succeeded' }),
  ...asked('documents'),
  newRun('formats'),
  newArtifact('formats', 'build'),
  ...['cyclonedx-xml', 'spdx-tv', 'grype-json', 'junit-failing', 'gzipped'].flatMap((one) =>
    read('formats', one, { about: ['{build}'] }),
  ),
  ...['text', 'binary', 'broken-json', 'cyclonedx-9.9', 'xml-entity', 'duplicate-keys'].flatMap((one) =>
    read('formats', one, DECLARED),
  ),
  ...asked('formats'),
  { name: 'read again', method: 'POST', url: evidenceOf('cyclonedx-xml'), ...WAITING },
  { name: 'read something unreadable again', method: 'POST', url: evidenceOf('broken-json'), ...WAITING },
  {
    name: 'read again at once',
    method: 'POST',
    url: evidenceOf('spdx-tv'),
    headers: { prefer: 'wait=0' },
    bodyless: true,
  },
  get('evidence once it was read again', evidenceOf('spdx-tv'), WAITING),
  { name: 'read an unknown one again', method: 'POST', url: `${ARTIFACTS}/sbom-1042/evidence` },
  { name: 'read nothing again', method: 'POST', url: evidenceOf('lacking') },
  { name: 'read again with a body', method: 'POST', url: evidenceOf('spdx-tv'), text: 'now' },
  get('evidence of an unknown one', `${ARTIFACTS}/sbom-1042/evidence`),
  get('evidence with a bad Prefer', evidenceOf('spdx-tv'), { headers: { prefer: 'wait=90' } }),
  get('the head of evidence', evidenceOf('spdx-tv'), { method: 'HEAD' }),
];

/** A run with a document of each format that nothing above sends. */
export const allFormats: Step[] = [
  newRun('all formats'),
  ...['spdx-json', 'spdx-yaml', 'spdx3-jsonld', 'syft-json', 'intoto-statement', 'dsse', 'openvex', 'csaf'].flatMap(
    (one) => read('all formats', one),
  ),
  ...['sarif', 'trivy-json', 'osv-scanner-json', 'junit-xml', 'json', 'broken-xml', 'cyclonedx-vex'].flatMap((one) =>
    read('all formats', one),
  ),
  ...asked('all formats'),
];

const SIGNED = ['signed-provenance', 'signed-sbom', 'signed-vex'];
const NOT_VERIFIED = [
  ...['signed-vex-by-foreign-key', 'signed-by-stranger', 'signed-by-other-identity', 'signed-damaged'],
  ...['signed-provenance-from-branch', 'signed-content', 'signed-lines'],
];

/** At the level `verified`. */
export const verifiedGates: Step[] = [
  get('what is trusted', '/maestro/trust'),
  newRun('signed'),
  ...read('signed', 'build-A'),
  ...SIGNED.slice(0, 2).flatMap((one) => read('signed', one)),
  patch('signed', '{signed}', { status: 'succeeded' }),
  ...asked('signed'),
  ...read('signed', 'signed-vex'),
  ...asked('signed', ', complete'),
  get('evidence of what is verified', evidenceOf('build-A')),
  get('the artifacts of the signed run', `${ARTIFACTS}?run_id={signed}`),
  { name: 'verify again', method: 'POST', url: evidenceOf('signed-sbom'), ...WAITING },
  newRun('unverified'),
  newArtifact('unverified', 'built', DECLARED),
  put('built', 'build-A'),
  ...NOT_VERIFIED.flatMap((one) => read('unverified', one)),
  patch('unverified', '{unverified}', { status: 'succeeded' }),
  ...asked('unverified'),
  newRun('lost'),
  ...read('lost', 'text'),
  ...read('lost', 'build-B'),
  get('content that was lost', `${ARTIFACTS}/{text}/content`, { loses: 'text' }),
  get('a part of content that was lost', `${ARTIFACTS}/{text}/content`, { headers: { range: 'bytes=0-1' } }),
  get('the head of content that was lost', `${ARTIFACTS}/{text}/content`, { method: 'HEAD' }),
  { name: 'read lost content again', method: 'POST', url: evidenceOf('text'), ...WAITING },
  ...asked('lost'),
  get('content that is there', `${ARTIFACTS}/{build-B}/content`),
];
