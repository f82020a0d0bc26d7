// Plays requests to the compiled server over HTTP and writes down what it answers, with ids, times and the like as placeholders.
// The documents that are sent are kept in recorded-documents.json, because each signature is a different one.
import { hash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, type IncomingHttpHeaders, type IncomingMessage, request as send } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { normaliser } from './normal-answers.ts';

/** One request. `{name}` in its URL, headers and JSON stands for what an earlier request of the same server named. */
export type Step = {
  name: string;
  method?: string;
  url: string;
  headers?: Record<string, string>;
  json?: unknown;
  text?: string;
  /** The name of a document in recorded-documents.json. */
  document?: string;
  /** The whole request as it goes over the socket, instead of all above. */
  raw?: string;
  /** Declares a body of 100 bytes of which only the first arrives. */
  hangs?: true;
  /** Names the id, the ETag and the next page of the answer. */
  as?: string;
  /** Before the request, the content of a document is gone from the folder. */
  loses?: string;
  /** The body of the answer is compared elsewhere, or is another one each time. */
  bodyless?: true;
};

export type Recorded = {
  server: string;
  name: string;
  request: Omit<Step, 'name' | 'as' | 'bodyless'>;
  status: number;
  headers: Record<string, string | string[]>;
  body: unknown;
};

export type Server = { name: string; url: string; folder: string };

export type Answer = { status: number; headers: IncomingHttpHeaders; body: Buffer };

type Documents = { trust: object; trust_without_version: object; documents: Record<string, string | Base64> };
type Base64 = { base64: string };

const fileBeside = (name: string) => new URL(`./${name}`, import.meta.url);
const ANSWERS = fileBeside('recorded-answers.json');

export const DOCUMENTS: Documents = JSON.parse(readFileSync(fileBeside('recorded-documents.json'), 'utf8'));

export const readRecordings = (): Recorded[] => JSON.parse(readFileSync(ANSWERS, 'utf8'));
export const writeRecordings = (all: readonly Recorded[]) =>
  writeFileSync(ANSWERS, `${JSON.stringify(all, null, 1)}\n`);

export function documentNamed(name: string): Buffer {
  const document = DOCUMENTS.documents[name];
  if (document === undefined) throw new Error(`no document ${name}`);
  return typeof document === 'string' ? Buffer.from(document) : Buffer.from(document.base64, 'base64');
}

/** What the server answers to all steps, one after the other. */
export async function play(server: Server, steps: readonly Step[]): Promise<Recorded[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const named = new Map<string, string>();
  const normal = await normaliser(server.url, named);
  const recorded: Recorded[] = [];
  for (const { name, as, bodyless, ...request } of steps) {
    if (request.loses !== undefined) lose(server.folder, request.loses);
    const answer = await answerTo(server, agent, named, request);
    if (as !== undefined) remember(named, as, answer);
    const { status, headers, body } = normal(request, answer);
    recorded.push({ server: server.name, name, request, status, headers, body: bodyless ? '(not recorded)' : body });
  }
  agent.destroy();
  return recorded;
}

function remember(named: Map<string, string>, name: string, { headers, body }: Answer): void {
  const { id } = /^application\/json/.test(headers['content-type'] ?? '') ? JSON.parse(body.toString()) : {};
  if (typeof id === 'string') named.set(name, id);
  if (headers.etag !== undefined) named.set(`etag of ${name}`, headers.etag);
  const [, next] = /<[^>]*?(\/maestro\/[^>]*)>; rel="next"/.exec(String(headers.link)) ?? [];
  if (next !== undefined) named.set(`page after ${name}`, next);
}

function lose(folder: string, document: string): void {
  const sha256 = hash('sha256', documentNamed(document), 'hex');
  const found = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith(sha256));
  if (found.length !== 1) throw new Error(`${document} lies in ${found.length} places`);
  for (const path of found) rmSync(join(folder, path));
}

const inserted = (text: string, named: ReadonlyMap<string, string>) =>
  text.replaceAll(/\{([^{}":]+)\}/g, (placeholder, name) => named.get(name) ?? placeholder);

function answerTo(server: Server, agent: Agent, named: Map<string, string>, request: Recorded['request']) {
  const { hostname, port } = new URL(server.url);
  if (request.raw !== undefined) return rawAnswer(hostname, Number(port), request.raw);
  const body = bodyOf(request, named);
  const headers: Record<string, string> = {};
  if (request.json !== undefined) headers['content-type'] = 'application/json';
  for (const [name, value] of Object.entries(request.headers ?? {})) headers[name] = inserted(value, named);
  if (request.hangs) headers['content-length'] = '100';
  else if (body !== undefined && headers['transfer-encoding'] === undefined)
    headers['content-length'] ??= String(body.length);
  const { method = 'GET' } = request;
  const options = { hostname, port, agent, method, path: inserted(request.url, named), headers };
  return new Promise<Answer>((resolve, reject) => {
    const sent = send(options, (message) => resolve(whole(message)));
    sent.on('error', reject);
    if (request.hangs) sent.write(body ?? '{');
    else sent.end(body);
  });
}

function bodyOf({ json, text, document }: Recorded['request'], named: Map<string, string>): Buffer | undefined {
  if (document !== undefined) return documentNamed(document);
  if (json !== undefined) return Buffer.from(inserted(JSON.stringify(json), named));
  return text === undefined ? undefined : Buffer.from(text);
}

async function whole(message: IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk);
  return { status: message.statusCode ?? 0, headers: message.headers, body: Buffer.concat(chunks) };
}

/** What comes back for bytes that no client would send. */
async function rawAnswer(host: string, port: number, text: string): Promise<Answer> {
  const socket = connect(port, host);
  socket.write(text);
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk);
  const [head = '', ...body] = Buffer.concat(chunks).toString().split('\r\n\r\n');
  const [first = '', ...lines] = head.split('\r\n');
  const headers = lines.map((line) => [line.split(':', 1)[0]?.toLowerCase(), line.replace(/^[^:]*: ?/, '')]);
  return {
    status: Number(first.split(' ')[1] ?? 0),
    headers: Object.fromEntries(headers),
    body: Buffer.from(body.join('\r\n\r\n')),
  };
}
