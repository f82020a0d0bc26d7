// Why what a setting names cannot be opened, in words that name the setting.

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or folder',
  EISDIR: 'it is a folder',
  ENOTDIR: 'it is a file, not a folder',
  EEXIST: 'it is a file, not a folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
};

/** Why the system refused a file or folder; its code if there are no words for it here. */
export function systemReason(error: unknown): string {
  const { code = '' } = error as { code?: string };
  return REASONS[code] ?? code;
}

/**
 * The error, prefixed by its setting; unchanged if it is clear by itself. Never with the setting's
 * value.
 */
export function settingFault(setting: string, error: unknown): Error {
  const { code, path, message } = error as Error & { code?: unknown; path?: unknown };
  if (typeof code !== 'string') return error as Error;
  if (code === 'ERR_INVALID_URL') return new Error(`Bad configuration: ${setting} is not a valid URL`);
  if (typeof path === 'string' && code in REASONS) return new Error(`${setting}: ${path}: ${systemReason(error)}`);
  return OF_SYSTEM.test(code) || OF_POSTGRES.test(code) ? new Error(`${setting}: ${message}`) : (error as Error);
}

const LISTEN_HINTS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'the address is already in use; choose another PORT',
  EADDRNOTAVAIL: 'this machine has no such address; HOST takes one of its own',
  EACCES: 'permission denied; choose a PORT from 1024 on',
  ENOTFOUND: 'no such host; HOST takes a name or an address of this machine',
};

/** Why the server cannot listen on `HOST` and `PORT`; other errors unchanged. */
export function listenFault(host: string, port: number, error: unknown): Error {
  const { code = '' } = error as NodeJS.ErrnoException;
  const hint = LISTEN_HINTS[code];
  return hint === undefined ? (error as Error) : new Error(`Cannot listen on ${host}:${port}: ${hint} (${code})`);
}

const OF_SYSTEM = /^E[A-Z]+$/;
// Connections, authentication and unknown databases (PostgreSQL, appendix A).
const OF_POSTGRES = /^(?:08|28|3D)/;
