// A compiled server that requires a credential, and the secret that it accepts.
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newFolder } from './documents-sent.ts';
import { startMaestro } from './processes.ts';

/** It ends with `stopAll`, its file goes with `removeFolders`. */
export async function startWithSecret(environment: Record<string, string> = {}) {
  const ADMIN_TOKEN_FILE = join(newFolder(), 'secret');
  const secret = randomBytes(24).toString('hex');
  writeFileSync(ADMIN_TOKEN_FILE, `${secret}\n`, { mode: 0o600 });
  const maestro = await startMaestro('', { AUTH: 'required', ADMIN_TOKEN_FILE, ...environment });
  return { ...maestro, secret };
}
