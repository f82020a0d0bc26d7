// The libraries that verify, with their installed versions.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { textOf } from '../json/fields.ts';
import { jsonValue } from '../json/value.ts';

// A file of each library beside its package.json, which not every library exports.
const FILES: Readonly<Record<string, string>> = {
  '@sigstore/verify': '@sigstore/verify/package.json',
  '@sigstore/bundle': '@sigstore/bundle/package.json',
  '@noble/curves': '@noble/curves/nist.js',
};

/** The version of each library by its name. */
export const LIBRARIES: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(FILES).map(([name, file]) => [name, versionBeside(file)]),
);

function versionBeside(file: string): string {
  const path = join(dirname(createRequire(import.meta.url).resolve(file)), 'package.json');
  return textOf(jsonValue(readFileSync(path, 'utf8')), 'version') ?? '?';
}
