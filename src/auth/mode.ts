// Whether callers must be known, as the settings say.

/**
 * `local`: everybody on this machine, for everything. `none`: everybody who reaches the port, for
 * everything. `required`: callers with a credential.
 */
export type Mode = 'local' | 'none' | 'required';

export type ModeSettings = {
  readonly AUTH?: 'none' | 'required' | undefined;
  readonly AUTH_FILE?: string | undefined;
  readonly ADMIN_TOKEN_FILE?: string | undefined;
  readonly HOST: string;
  /** Anything where the store keeps tokens. */
  readonly DATABASE_URL?: unknown;
};

const LOOPBACK = /^(localhost|127(\.\d+){3}|::1)$/;

export const FIRST_TOKEN = 'node dist/server.js token create --role admin';

/** Throws an error of one line where the start must be refused. */
export function modeOf(settings: ModeSettings): Mode {
  const { AUTH, AUTH_FILE, ADMIN_TOKEN_FILE, HOST, DATABASE_URL } = settings;
  if (AUTH === 'none') return 'none';
  if (AUTH === 'required') {
    if (DATABASE_URL ?? ADMIN_TOKEN_FILE ?? AUTH_FILE) return 'required';
    throw new Error(
      'AUTH is required, and nobody could sign in: set DATABASE_URL, for tokens made by ' +
        `"${FIRST_TOKEN}", or ADMIN_TOKEN_FILE, or AUTH_FILE`,
    );
  }
  if (!LOOPBACK.test(HOST)) {
    throw new Error(
      `AUTH is not set, and other machines can reach HOST ${HOST}: set AUTH=required, and create the first ` +
        `token with "${FIRST_TOKEN}", or set AUTH=none to let everybody read and write`,
    );
  }
  const [unused] = Object.entries({ AUTH_FILE, ADMIN_TOKEN_FILE }).flatMap(([name, value]) => (value ? [name] : []));
  // Whoever names credentials does not mean that everybody may do everything.
  if (unused !== undefined) throw new Error(`${unused} is set and AUTH is not: set AUTH=required, or AUTH=none`);
  return 'local';
}
