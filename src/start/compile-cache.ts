// What Node compiles of the program is kept on disk, so that later starts need not compile it (from
// Node 22.1 on; from 22.10 also where the process is killed later).
import module from 'node:module';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';

// The types of Node 20 do not have them.
const { enableCompileCache, flushCompileCache } = module as typeof module & {
  enableCompileCache?(folder: string): unknown;
  flushCompileCache?(): void;
};

/**
 * Keeps it in the folder `.compile-cache` beside `entry`, the URL of the compiled program, unless
 * `NODE_COMPILE_CACHE` names another folder or `NODE_DISABLE_COMPILE_CACHE` is set. Whoever can
 * write there could have written the program itself. Node's default is a folder in the one for
 * temporary files, which another user may have made, with code of theirs in it. Where the folder
 * cannot be written, the program is compiled at each start.
 */
export function keepCompiled(entry: string): void {
  if (extname(entry) === '.js') enableCompileCache?.(fileURLToPath(new URL('.compile-cache', entry)));
}

/** Writes what was compiled so far: Node by itself does so only when the process ends in order. */
export function writeCompiled(): void {
  flushCompileCache?.();
}
