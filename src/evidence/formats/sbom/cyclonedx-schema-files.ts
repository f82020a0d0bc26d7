// The schemas of CycloneDX that its JavaScript library ships: nothing is fetched.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const FOLDER = join(
  dirname(createRequire(import.meta.url).resolve('@cyclonedx/cyclonedx-library/package.json')),
  'res/schema',
);

export function readSchemaFile(name: string): string {
  return readFileSync(join(FOLDER, name), 'utf8');
}
