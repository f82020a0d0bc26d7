// Logs who may call, and reads AUTH_FILE again at SIGHUP.
import { authInWords } from '../auth/auth-in-words.ts';
import { FIRST_TOKEN, type Mode } from '../auth/mode.ts';
import type { SignInStore } from '../auth/store.ts';
import type { Credentials } from './auth.ts';
import type { Config } from './config.ts';
import type { Write } from './host.ts';

type Log = { info: Write; warn: Write; error: Write };
type Settings = Pick<Config, 'AUTH_FILE' | 'ADMIN_TOKEN_FILE' | 'HOST' | 'PORT'>;

/** Logs who may call, and warns where that is everybody, or nobody. */
export async function logAuth(
  config: Settings,
  { mode, admin, file }: Credentials,
  { signIns, now, log }: { signIns: SignInStore | null; now(): Date; log: Log },
): Promise<void> {
  if (mode !== 'required') {
    logOpen(config, mode, log);
    return;
  }
  log.info('AUTH=required: callers need a credential');
  if (admin !== null)
    log.info(`ADMIN_TOKEN_FILE ${config.ADMIN_TOKEN_FILE}: whoever sends its secret is admin and operator`);
  if (file !== null) log.info(`AUTH_FILE ${config.AUTH_FILE}: ${authInWords(file.current())}`);
  if (admin !== null || file !== null) return;
  // Advice that is missed stops no start.
  const isUsable = await signIns?.hasUsableToken(now().toISOString()).catch(() => true);
  if (isUsable !== true) log.warn(`Nobody can sign in yet: create the first token with "${FIRST_TOKEN}"`);
}

function logOpen({ HOST, PORT, AUTH_FILE, ADMIN_TOKEN_FILE }: Settings, mode: Mode, log: Log): void {
  if (mode === 'local') {
    log.info('AUTH is not set: everybody on this machine can read and write');
    return;
  }
  log.warn(`AUTH=none: callers are not identified. Whoever reaches ${HOST}:${PORT} can read and write everything`);
  for (const [name, value] of Object.entries({ AUTH_FILE, ADMIN_TOKEN_FILE }))
    if (value !== undefined) log.warn(`${name} has no effect, as AUTH is none`);
}

/** Reads AUTH_FILE again. A file that cannot be used changes nothing. */
export function reloadAuth(
  { AUTH_FILE }: Settings,
  { file }: Pick<Credentials, 'file'>,
  forget: () => void,
  log: Log,
): void {
  if (file === null) return;
  try {
    file.reload();
  } catch (error) {
    log.error(`AUTH_FILE ${AUTH_FILE} was not read, and what it granted before stays: ${(error as Error).message}`);
    return;
  }
  forget();
  log.info(`AUTH_FILE ${AUTH_FILE} was read again: ${authInWords(file.current())}`);
}
