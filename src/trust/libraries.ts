// The libraries that verify, with the versions that are installed.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { textOf } from '../domain/json-fields.ts';
import { jsonValue } from '../domain/json-value.ts';

const NAMES = ['@sigstore/verify', '@sigstore/bundle'] as const;

/** The version of each, by its name. */
export const LIBRARIES: Readonly<Record<string, string>> = Object.fromEntries(
  NAMES.map((name) => [name, versionOf(name)]),
);

function versionOf(name: string): string {
  const path = createRequire(import.meta.url).resolve(`${name}/package.json`);
  return textOf(jsonValue(readFileSync(path, 'utf8')), 'version') ?? '?';
}
