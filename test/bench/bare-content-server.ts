// The yardstick for content: a bare node:http server that pipes to a file and from it, with both digests of what comes.
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';

const file = (url = '') => join(process.env.FOLDER ?? '', url.replaceAll('/', '_'));

createServer((request, response) => {
  if (request.url === '/health') {
    response.end();
  } else if (request.method === 'GET') {
    createReadStream(file(request.url)).pipe(response);
  } else {
    const [sha256, sha512] = [createHash('sha256'), createHash('sha512')];
    request.on('data', (chunk: Buffer) => {
      sha256.update(chunk);
      sha512.update(chunk);
    });
    request.pipe(createWriteStream(file(request.url))).on('finish', () => {
      response.end(JSON.stringify({ sha256: sha256.digest('hex'), sha512: sha512.digest('hex') }));
    });
  }
}).listen(Number(process.env.PORT), '127.0.0.1');
