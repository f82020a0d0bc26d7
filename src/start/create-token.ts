// The command `token create`: for the first token, and for whoever has lost all others.
import { createToken, revokeToken } from '../auth/change-token.ts';
import type { Principal } from '../auth/principal.ts';
import { permissionsOf, ROLES } from '../auth/role.ts';
import { systemActor } from '../domain/event/actor.ts';
import { stampOf } from '../domain/event/event.ts';
import { product } from './capabilities.ts';
import { now } from './clock.ts';
import type { Config } from './config.ts';
import { complainTo, type Host } from './host.ts';
import { newId } from './new-id.ts';
import { newSecret } from './new-secret.ts';
import { openStores } from './stores.ts';
import type { TokenOptions } from './token-options.ts';

const DAY_MS = 24 * 60 * 60 * 1_000;

/**
 * Prints the text of the token on standard output, alone. Throws an error of one line where it
 * cannot be created.
 */
export async function createFirstToken(config: Config, host: Host, options: TokenOptions): Promise<void> {
  if (config.DATABASE_URL === undefined)
    throw new Error(
      'DATABASE_URL is not set: tokens in memory would end with this command; set ADMIN_TOKEN_FILE for such a server',
    );
  const complain = complainTo(host);
  const { tenant, name, roles, owners, days } = options;
  const stores = await openStores(config, { warn: complain }, product);
  try {
    const stamp = stampOf({ now, newId }, newId(), systemActor('token create'));
    const expires_at = new Date(Date.parse(stamp.at) + days * DAY_MS).toISOString();
    const request = { name, roles: [...roles], owners: owners === null ? null : [...owners], expires_at };
    const made = { id: newId(), secret: newSecret() };
    const { token, event, text } = createToken(request, made, whoHasTheDatabase(tenant, stamp.actor), stamp);
    const { tokens } = stores.of(tenant);
    await tokens.create(token, event);
    try {
      await printed(host, text);
    } catch (error) {
      await tokens.update(token.id, (current) => revokeToken(current, stampOf({ now, newId }, newId(), stamp.actor)));
      throw new Error(`standard output does not take the token, which is revoked again: ${(error as Error).message}`);
    }
    complain(
      `Created the token '${name}' (${token.id}) of tenant ${tenant}, which ends at ${expires_at}; its text is not shown again`,
    );
  } finally {
    await stores.close();
  }
}

// A full disk, or a reader that has ended.
function printed({ stdout }: Pick<Host, 'stdout'>, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    stdout.once('error', reject);
    stdout.write(`${text}\n`, (error) => (error ? reject(error) : resolve()));
  });
}

/** Whoever has the database can write any row. */
function whoHasTheDatabase(tenant: string, actor: Principal['actor']): Principal {
  return { tenant, actor, roles: ROLES, permissions: permissionsOf(ROLES), owners: 'any', expires_at: null };
}
