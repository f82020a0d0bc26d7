// Whether callers must say who they are.

/** `local`: nobody needs to, as only this machine reaches the server; nothing was chosen. */
export type Mode = 'local' | 'none' | 'required';

export type ModeSettings = {
  readonly AUTH?: 'none' | 'required' | undefined;
  readonly HOST: string;
  readonly DATABASE_URL?: unknown;
  readonly ADMIN_TOKEN_FILE?: string | undefined;
  readonly AUTH_FILE?: string | undefined;
};

const LOOPBACK = /^(localhost|127(\.\d+){3}|::1)$/;

export const FIRST_TOKEN = 'maestro token create --role admin';

/**
 * Throws an error of one line where nothing was chosen and others reach the server, and where nobody
 * could ever call it.
 */
export function modeOf({ AUTH, HOST, ...sources }: ModeSettings): Mode {
  if (AUTH === undefined) {
    if (LOOPBACK.test(HOST)) return 'local';
    throw new Error(
      `Bad configuration: others can reach ${HOST}, and AUTH is not set. Set AUTH=required and create the first token ` +
        `with \`${FIRST_TOKEN}\`, or set AUTH=none if a proxy in front authenticates callers`,
    );
  }
  if (AUTH === 'required' && Object.values(sources).every((one) => one === undefined))
    throw new Error(
      'Bad configuration: AUTH is required, and nobody could sign in: set DATABASE_URL, which keeps tokens, ' +
        'ADMIN_TOKEN_FILE or AUTH_FILE',
    );
  return AUTH;
}

/** What `AUTH=none` means, for the log, `/ready` and `/`. */
export const OPEN_TO_ALL = 'AUTH is none: whoever reaches this server may read and write everything';
