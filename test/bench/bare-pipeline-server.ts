// The yardstick for a pipeline: a bare node:http server that does the least that the same work can take. Content is
// hashed as it arrives, written and synced once, and hashed again; what is JSON is parsed.
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { reportAsJson } from './pipeline-documents.ts';

const FOLDER = process.env.FOLDER ?? '';
/** All that a pipeline looks for in an answer. */
const ANSWER = JSON.stringify({
  ...{ id: 'one', state: 'read', valid: true },
  ...{ passed: true, details: { pending_artifacts: 0 } },
});
/** In place of each report in XML, which JSON.parse does not read. */
const report = reportAsJson();

let files = 0;

createServer((request, response) => {
  take(request).then(
    () => response.writeHead(200, { 'content-type': 'application/json' }).end(ANSWER),
    (error: Error) => response.writeHead(500).end(error.message),
  );
}).listen(Number(process.env.PORT), '127.0.0.1');

async function take(request: IncomingMessage): Promise<void> {
  const hash = createHash('sha256');
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    if (request.method === 'PUT') hash.update(chunk);
    chunks.push(chunk);
  }
  const bytes = Buffer.concat(chunks);
  if (request.method === 'PUT') await keepAndRead(bytes, hash.digest('hex'), request.headers['content-type'] ?? '');
  else if (bytes.length > 0) JSON.parse(bytes.toString());
}

async function keepAndRead(bytes: Buffer, sha256: string, mediaType: string): Promise<void> {
  files += 1;
  const file = await open(join(FOLDER, String(files)), 'wx');
  await file.writeFile(bytes);
  await file.sync();
  await file.close();
  if (createHash('sha256').update(bytes).digest('hex') !== sha256) throw new Error('The bytes have changed');
  if (mediaType.endsWith('json')) JSON.parse(bytes.toString());
  if (mediaType.endsWith('xml')) JSON.parse(report.toString());
}
