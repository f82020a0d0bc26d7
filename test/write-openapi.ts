// Records the examples into src/openapi/examples, and writes docs/openapi.json: the document that the server serves, for readers
// without a server.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { openapiText } from './helper.ts';
import { writeExamples } from './write-examples.ts';

if (process.argv[2] === '--document') {
  writeFileSync(new URL('../docs/openapi.json', import.meta.url), await openapiText());
} else {
  await writeExamples();
  // In a process of its own: this one has loaded the examples of before.
  execFileSync(process.execPath, [...process.execArgv, fileURLToPath(import.meta.url), '--document'], {
    stdio: 'inherit',
  });
}
