import { existsSync, readFileSync } from 'node:fs';

/** The version of Maestro, such as `0.1.0`, as package.json states it. */
export const VERSION: string = (JSON.parse(readFileSync(nearestManifest(), 'utf8')) as { version: string }).version;

// As Node finds it: one folder up from src and from dist, and further from a build that lies deeper.
function nearestManifest(): URL {
  let folder = new URL('.', import.meta.url);
  for (;;) {
    const manifest = new URL('package.json', folder);
    const parent = new URL('..', folder);
    if (existsSync(manifest) || parent.href === folder.href) return manifest;
    folder = parent;
  }
}
