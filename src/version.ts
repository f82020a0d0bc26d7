import { readFileSync } from 'node:fs';

// One folder up from here in src and in dist.
const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

/** The version of Maestro, such as `0.1.0`, as package.json states it. */
export const VERSION: string = (manifest as { version: string }).version;
