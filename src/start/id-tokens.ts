// Opens the sign-in by ID tokens: what AUTH_FILE says, and the keys of its issuers. What it needs is
// loaded only if the file is set.
import { readFileSync } from 'node:fs';
import type { Known } from '../auth/kept-callers.ts';
import type { Write } from './host.ts';
import { systemReason } from './setting-faults.ts';

export type IdTokens = {
  signIn(text: string): Promise<Known>;
  /** Called after the file was read again. */
  onReload(forget: () => void): void;
  /** Reads the file again. A file that cannot be used changes nothing, and is logged. */
  reload(log: { info: Write; error: Write }): void;
  /** How many issuers and grants the file names. */
  inWords(): string;
  close(): Promise<void>;
};

/** Keys are small, and callers wait for them. */
const OUTBOUND = { maxMs: 5_000, maxBytes: 1024 * 1024 };

/** Throws an error of one line if the file cannot be used. */
export async function openIdTokens(path: string, now: () => Date): Promise<IdTokens> {
  const [{ readAuthFile }, { issuerKeys }, { openOutbound }, { idTokenSignIn }] = await Promise.all([
    import('../auth/auth-file.ts'),
    import('../auth/issuer-keys.ts'),
    import('../outbound/client.ts'),
    import('../auth/id-token-sign-in.ts'),
  ]);
  const read = () => readAuthFile(readText(path));
  let file: ReturnType<typeof read>;
  try {
    file = read();
  } catch (error) {
    throw new Error(`Bad configuration: AUTH_FILE ${path}: ${(error as Error).message}`);
  }
  // An issuer may be a server of one's own network; the rest are places where no issuer is.
  const outbound = openOutbound({ ...OUTBOUND, allows: (kind) => kind !== 'reserved' });
  const settings = { file: () => file, keys: issuerKeys(outbound.get, now), now };
  const inWords = () => `${file.issuers.length} issuers of ID tokens, ${file.grants.length} grants`;
  let forget = () => {};
  return {
    signIn: (text) => idTokenSignIn(settings, text),
    onReload(then) {
      forget = then;
    },
    reload(log) {
      try {
        file = read();
        forget();
        log.info(`AUTH_FILE ${path} was read again: ${inWords()}`);
      } catch (error) {
        log.error(`AUTH_FILE ${path} was not read, and what was granted before stays: ${(error as Error).message}`);
      }
    },
    inWords,
    close: outbound.close,
  };
}

// The reason is logged, without the system's own words, which repeat the path.
function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new Error(`cannot be read: ${systemReason(error)}`);
  }
}
