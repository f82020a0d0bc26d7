// Requests about artifacts, their content and the packs of them that are recorded.
import { bad, get, post, put, type Step } from './recorded-requests.ts';

const ARTIFACTS = '/maestro/artifacts';
const PACKS = '/maestro/disclosure-packs';
const KINDS = ['sbom', 'slsa_provenance', 'risk_assessment', 'specification', 'build_log', 'test_report', 'other'];
const AN_ARTIFACT = { run_id: '{run}', kind: 'other', path_or_uri: 'file' };
const FLAGS = { sbom_present: true, slsa_provenance_present: true, risk_assessment_present: true };
const KEY = { 'idempotency-key': 'pipeline-4711' };
const CONTENT = `${ARTIFACTS}/{sbom}/content`;
/** Of the document `text`, and of none. */
const TEXT_SHA256 = 'sha-256=:iVvLgTTyhy2HLOdrOPYnprsvyCASEc3vsZRJol/AgCU=:';
const OTHER_SHA256 = 'sha-256=:n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=:';

const created: Step[] = [
  ...KINDS.map((kind) => post(`an artifact: ${kind}`, ARTIFACTS, { ...AN_ARTIFACT, kind }, { as: kind })),
  post('an artifact with all fields', ARTIFACTS, {
    ...{ run_id: '{succeeded run}', kind: 'other', path_or_uri: 's3://builds/1042/app.tgz', about: [] },
    ...{ content_hash: `sha256:${'ab'.repeat(32)}` },
    metadata_json: { ...FLAGS, additional_metadata: { format: 'tgz', size: 1.5 } },
  }),
  post('an artifact of nulls', ARTIFACTS, { ...AN_ARTIFACT, content_hash: null, about: null, metadata_json: null }),
  post('an artifact about another', ARTIFACTS, { ...AN_ARTIFACT, about: ['{sbom}'] }, { as: 'about' }),
  post('an artifact with an odd hash', ARTIFACTS, { ...AN_ARTIFACT, content_hash: 'sha256:abc' }, { as: 'odd hash' }),
  post('an artifact with a hash', ARTIFACTS, { ...AN_ARTIFACT, content_hash: 'ab'.repeat(32) }, { as: 'hashed' }),
  post('an artifact with a key', ARTIFACTS, AN_ARTIFACT, { headers: KEY, as: 'keyed' }),
  post('the same artifact with the key', ARTIFACTS, AN_ARTIFACT, { headers: KEY }),
  post('another artifact with the key', ARTIFACTS, { ...AN_ARTIFACT, kind: 'sbom' }, { headers: KEY }),
  post('an artifact of an unknown run', ARTIFACTS, { ...AN_ARTIFACT, run_id: 'build-1042' }),
  post('an artifact of a failed run', ARTIFACTS, { ...AN_ARTIFACT, run_id: '{failed run}' }, { as: 'of failed' }),
  ...bad('an artifact', 'POST', ARTIFACTS, {
    'an unknown kind': { ...AN_ARTIFACT, kind: 'bom' },
    'no kind': { run_id: '{run}', path_or_uri: 'file' },
    'a misspelt field': { ...AN_ARTIFACT, path: 'file' },
    'a misspelt flag': { ...AN_ARTIFACT, metadata_json: { sbom_presnt: true } },
    'text for a flag': { ...AN_ARTIFACT, metadata_json: { sbom_present: 'true' } },
    'an empty path': { ...AN_ARTIFACT, path_or_uri: '' },
    'about an unknown one': { ...AN_ARTIFACT, about: ['sbom-1042'] },
    'about one of another run': { ...AN_ARTIFACT, run_id: '{failed run}', about: ['{sbom}'] },
    'about one twice': { ...AN_ARTIFACT, about: ['{sbom}', '{sbom}'] },
    'a number for metadata': { ...AN_ARTIFACT, metadata_json: 1 },
    'evidence of its own': { ...AN_ARTIFACT, evidence: null, content: null },
  }),
];

const contents: Step[] = [
  get('content before it was sent', CONTENT),
  get('evidence before content', `${ARTIFACTS}/{sbom}/evidence`),
  put('sbom', 'cyclonedx-json', {
    headers: { 'content-type': 'application/vnd.cyclonedx+json', 'if-none-match': '*' },
  }),
  put('sbom', 'cyclonedx-json', { name: 'PUT the same again' }),
  put('sbom', 'cyclonedx-json', { name: 'PUT where nothing may be', headers: { 'if-none-match': '*' } }),
  put('sbom', 'cyclonedx-json', { name: 'PUT where something must be', headers: { 'if-match': '*' } }),
  put('sbom', 'text', { name: 'PUT something else' }),
  put('other', 'text', { name: 'PUT with a wrong digest', headers: { 'repr-digest': OTHER_SHA256 } }),
  put('other', 'text', { name: 'PUT with a wrong Content-Digest', headers: { 'content-digest': OTHER_SHA256 } }),
  put('other', 'text', { name: 'PUT with a bad digest', headers: { 'repr-digest': 'sha-256=abc' } }),
  put('other', 'text', { name: 'PUT a form', headers: { 'content-type': 'multipart/form-data; boundary=x' } }),
  put('other', 'text', { name: 'PUT with a bad type', headers: { 'content-type': 'text' } }),
  put('other', 'gzipped', { name: 'PUT something packed', headers: { 'content-encoding': 'gzip' } }),
  put('other', 'text', { name: 'PUT a part', headers: { 'content-range': 'bytes 0-9/100' } }),
  put('other', 'text', { name: 'PUT with a bad Prefer', headers: { prefer: 'wait=90' } }),
  put('other', 'empty', { name: 'PUT nothing' }),
  put('build_log', 'text', {
    name: 'PUT with a digest',
    headers: { 'repr-digest': TEXT_SHA256, 'content-type': 'text/plain' },
  }),
  put('hashed', 'text', { name: 'PUT what has another hash than was declared' }),
  put('odd hash', 'text', { name: 'PUT to an artifact with an odd hash' }),
  { name: 'PUT to an unknown one', method: 'PUT', url: `${ARTIFACTS}/sbom-1042/content`, text: 'x' },
  get('content', CONTENT, { as: 'content' }),
  get('the head of content', CONTENT, { method: 'HEAD' }),
  ...['bytes=0-9', 'bytes=-10', 'bytes=10-', 'bytes=9999-', 'bytes=0-1,4-5', 'lines=1-2', 'bytes=5-2'].map((range) =>
    get(`content with Range ${range}`, CONTENT, { headers: { range } }),
  ),
  get('a part of the same', CONTENT, { headers: { range: 'bytes=0-4', 'if-range': '{etag of content}' } }),
  get('a part of something else', CONTENT, { headers: { range: 'bytes=0-4', 'if-range': '"x"' } }),
  get('content that was had', CONTENT, { headers: { 'if-none-match': '*' } }),
  get('content of an unknown one', `${ARTIFACTS}/sbom-1042/content`),
  get('content with a parameter', `${CONTENT}?download=1`),
  { name: 'DELETE content', method: 'DELETE', url: CONTENT },
];

const listed: Step[] = [
  get('an artifact', `${ARTIFACTS}/{sbom}`, { as: 'sbom' }),
  get('an artifact that was had', `${ARTIFACTS}/{sbom}`, { headers: { 'if-none-match': '{etag of sbom}' } }),
  get('the head of an artifact', `${ARTIFACTS}/{sbom}`, { method: 'HEAD' }),
  get('an unknown artifact', `${ARTIFACTS}/sbom-1042`),
  get('three artifacts', `${ARTIFACTS}?run_id={run}&limit=3`, { as: 'artifacts' }),
  get('the next three', '{page after artifacts}'),
  get('artifacts of a run', `${ARTIFACTS}?run_id={succeeded run}`),
  get('artifacts of an unknown run', `${ARTIFACTS}?run_id=build-1042`),
  get('all artifacts', `${ARTIFACTS}?limit=20`),
  ...['limit=0', 'run=x', 'cursor=x', 'run_id=a&run_id=b'].map((query) =>
    get(`artifacts with ${query}`, `${ARTIFACTS}?${query}`),
  ),
];

const A_PACK = { run_id: '{run}', summary: 'Evidence for release 1042' };

export const packs: Step[] = [
  post('a pack', PACKS, { ...A_PACK, metadata: { audience: 'customer' } }, { as: 'pack' }),
  post('a pack of some', PACKS, { ...A_PACK, artifact_ids: ['{other}', '{sbom}'] }),
  post('a pack of none', PACKS, { ...A_PACK, artifact_ids: [], metadata: null }),
  post('a pack of a run without artifacts', PACKS, { ...A_PACK, run_id: '{empty run}', artifact_ids: null }),
  post('a pack with a key', PACKS, A_PACK, { headers: KEY }),
  post('the same pack with the key', PACKS, A_PACK, { headers: KEY }),
  post('another pack with the key', PACKS, { ...A_PACK, summary: '' }, { headers: KEY }),
  post('a pack of an unknown run', PACKS, { ...A_PACK, run_id: 'build-1042' }),
  ...bad('a pack', 'POST', PACKS, {
    'an unknown artifact': { ...A_PACK, artifact_ids: ['sbom-1042'] },
    'an artifact of another run': { ...A_PACK, artifact_ids: ['{of failed}'] },
    'an artifact twice': { ...A_PACK, artifact_ids: ['{sbom}', '{sbom}'] },
    'a misspelt field': { ...A_PACK, artifacts: [] },
    'no summary': { run_id: '{run}' },
    'text for metadata': { ...A_PACK, metadata: 'x' },
  }),
  get('a pack', `${PACKS}/{pack}`),
  get('a pack that was had', `${PACKS}/{pack}`, { headers: { 'if-none-match': '{etag of pack}' } }),
  get('the head of a pack', `${PACKS}/{pack}`, { method: 'HEAD' }),
  get('an unknown pack', `${PACKS}/release-1042`),
  get('one pack', `${PACKS}?run_id={run}&limit=1`, { as: 'packs' }),
  get('the next one', '{page after packs}'),
  get('all packs', PACKS),
  get('packs of an unknown run', `${PACKS}?run_id=build-1042`),
  get('packs with a misspelt parameter', `${PACKS}?run={run}`),
];

export const artifacts: Step[] = [...created, ...contents, ...listed];
