// Reads ADMIN_TOKEN_FILE, once, at start.
import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { type AdminToken, adminToken } from '../auth/admin-token.ts';
import { TENANT } from './request-context.ts';
import { systemReason } from './setting-faults.ts';

/** Far more than the longest secret: a larger file is none. */
const MAX_BYTES = 8_192;

/** What others than the owner may do with a file. */
const OF_OTHERS = 0o077;

/** Throws an error of one line that names the file and shows nothing of it. */
export function readAdminToken(path: string): AdminToken {
  try {
    return adminToken(contentOf(path), TENANT);
  } catch (error) {
    throw new Error(`Bad configuration: ADMIN_TOKEN_FILE ${path}: ${(error as Error).message}`);
  }
}

function contentOf(path: string): string {
  const file = opened(path);
  try {
    // Of the open file: the one of that name may be another by now.
    const { mode, size } = fstatSync(file);
    if ((mode & constants.S_IFMT) !== constants.S_IFREG) throw new Error('must be a regular file');
    if ((mode & OF_OTHERS) !== 0) {
      const octal = (mode & 0o777).toString(8).padStart(4, '0');
      throw new Error(`must be a file of its owner alone (mode 0600), and has mode ${octal}`);
    }
    if (size > MAX_BYTES) throw new Error(`must have at most ${MAX_BYTES} bytes`);
    return readFileSync(file, 'utf8');
  } finally {
    closeSync(file);
  }
}

function opened(path: string): number {
  try {
    // Without blocking: a pipe would wait for somebody to write.
    return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    throw new Error(`cannot be read: ${systemReason(error)}`);
  }
}
