// Opens AUTH_FILE, and verifies ID tokens by it. Loaded only where it is set.
import { readFileSync } from 'node:fs';
import { type AuthFile, readAuthFile } from '../auth/auth-file.ts';
import { idTokens } from '../auth/id-tokens.ts';
import { issuerKeys } from '../auth/issuer-keys.ts';
import type { Verified } from '../auth/verified.ts';
import { type AddressKind, isLoopbackName } from '../outbound/address.ts';
import { openOutbound } from '../outbound/client.ts';
import { systemReason } from './setting-faults.ts';

/** Callers wait for it. */
const MAX_FETCH_MS = 5_000;
const MAX_KEYS_BYTES = 1024 * 1024;

export type OpenAuthFile = {
  current(): AuthFile;
  /** Reads the file again. Throws an error of one line if it cannot be used; then the old one stays. */
  reload(): void;
  verify(text: string): Promise<Verified>;
  close(): Promise<void>;
};

/** Throws an error of one line if the file cannot be used. */
export function openAuthFile(path: string, now: () => Date): OpenAuthFile {
  let file = read(path);
  const outbound = openOutbound({
    allows: (kind) => MAY_HAVE_ISSUERS.includes(kind) || (kind === 'local' && file.issuers.some(isLocal)),
    maxMs: MAX_FETCH_MS,
    maxBytes: MAX_KEYS_BYTES,
  });
  const current = () => file;
  return {
    current,
    reload() {
      file = read(path);
    },
    verify: idTokens(current, issuerKeys(outbound.get, now), now),
    close: () => outbound.close(),
  };
}

/** A GitLab of one's own is in a private network. */
const MAY_HAVE_ISSUERS: readonly AddressKind[] = ['public', 'private'];

// The keys of an issuer elsewhere are not fetched from this machine.
const isLocal = ({ issuer }: { issuer: string }) => isLoopbackName(new URL(issuer).hostname);

function read(path: string): AuthFile {
  return readAuthFile(textOf(path));
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new Error(`cannot be read: ${systemReason(error)}`);
  }
}
