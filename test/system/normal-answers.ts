// Answers without what differs from one run to the next: equal values become equal placeholders, numbered as they appear.
import { readFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import type { Answer, Recorded } from './recordings.ts';

// Made by the server: the ids that documents and callers bring are of other versions.
const ID = /[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/g;
const TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g;
/** The text of a token, which is another one each time. */
const TOKEN = /mst_\w+/g;
const TOKEN_LIFETIME_MS = 90 * 86_400_000;
/** Of a row. The ETag of content is its digest, which stays. */
const ROW_TAG = /"[\w-]{22}"/g;

/** Headers that depend on when a file of Swagger UI was installed. */
const OF_FILES = ['last-modified', 'etag'];

/** Pages that tell the version of Maestro. */
const TOLD_VERSION = /^\/(maestro\/?|version)?$/;
const VERSION: string = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version;

type Normal = Pick<Recorded, 'status' | 'headers' | 'body'>;

/** Normalises the answers of one server, in their order. `named` are ids that have a name already. */
export async function normaliser(url: string, named: ReadonlyMap<string, string>) {
  const began = Date.now();
  const digest = await trustDigest(url);
  const ids = numbered('id');
  const tags = numbered('etag');
  const { port } = new URL(url);

  function normalId(id: string): string {
    for (const [name, known] of named) if (known === id) return `{${name}}`;
    return ids(id);
  }

  // A time that a document or a caller states stays. A refusal names the latest time that it takes, minutes from now.
  function normalTime(time: string): string {
    const at = Date.parse(time);
    const isAround = (ms: number) => at >= began + ms - 60_000 && at <= Date.now() + ms + 600_000;
    if (isAround(TOKEN_LIFETIME_MS)) return '<in 90 days>';
    return isAround(0) ? '<now>' : time;
  }

  return ({ method, url: path }: Recorded['request'], { status, headers, body }: Answer): Normal => {
    const request = String(headers['x-request-id']);
    const normal = (text: string) =>
      text
        .replaceAll(request, '<request>')
        .replaceAll(digest, '<trust>')
        .replaceAll(new RegExp(`(127\\.0\\.0\\.1|localhost):${port}`, 'g'), '<host>')
        .replaceAll(/(?<=[?&]cursor=)[^&>"]+/g, '<cursor>')
        .replaceAll(TOKEN, '<token>')
        .replaceAll(ID, normalId)
        .replaceAll(TIME, normalTime)
        .replaceAll(/(?<="(?:@sigstore|@noble)\/\w+":")[\d.]+/g, '<version>')
        .replaceAll(/(?<="node":")[\d.]+/g, '<version>')
        .replaceAll(TOLD_VERSION.test(path) ? VERSION : '<version>', '<version>');
    const isLengthKept = (method === 'HEAD' && path !== '/openapi.json') || path.endsWith('/content') || status === 304;
    const others = [...(isLengthKept ? [] : ['content-length']), ...(path.startsWith('/docs/static/') ? OF_FILES : [])];
    return {
      status,
      headers: normalHeaders(headers, (text) => normal(text).replaceAll(ROW_TAG, tags), others),
      body: normalBody(body, normal),
    };
  };
}

/** Gives the same placeholder to the same value. */
function numbered(name: string) {
  const known = new Map<string, string>();
  return (value: string) => {
    const placeholder = known.get(value) ?? `<${name} ${known.size + 1}>`;
    known.set(value, placeholder);
    return placeholder;
  };
}

/** The digest of the trust policy names the libraries that verify, too, so that it changes with their versions. */
async function trustDigest(url: string): Promise<string> {
  const answer = await fetch(`${url}/ready`);
  return ((await answer.json()) as { trust_digest: string }).trust_digest;
}

function normalHeaders(headers: IncomingHttpHeaders, normal: (text: string) => string, others: string[]) {
  const left = Object.entries(headers).filter(([name]) => !['date', 'keep-alive', ...others].includes(name));
  const pairs = left.map(([name, value]) => [name, Array.isArray(value) ? value.map(normal) : normal(String(value))]);
  return Object.fromEntries(pairs);
}

/** JSON as its value, where that is written again as the same text; bytes that are no text in base64. */
function normalBody(body: Buffer, normal: (text: string) => string): unknown {
  const text = body.toString();
  if (!Buffer.from(text).equals(body)) return { base64: body.toString('base64') };
  const told = normal(text);
  try {
    const value = JSON.parse(told);
    const isSame = typeof value === 'object' && JSON.stringify(value) === told;
    return isSame ? value : told;
  } catch {
    return told;
  }
}
