import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { TOKEN_FORM, tokenDigest, tokenIdOf } from '../../src/auth/token-text.ts';
import { postgresStores } from '../product-stores.ts';
import { newDatabase } from '../store/database.ts';
import { newFolder } from '../store/embedded/new-folder.ts';
import { start } from './server-process.ts';

async function create(env: Record<string, string>, ...words: string[]) {
  const { child, out } = start(env, 'token', 'create', ...words);
  const [code] = await once(child, 'close');
  return { code, out: out.text, errors: out.errors };
}

describe('token create', () => {
  it('prints the text of the token alone, and a server that runs on the database knows the token', async () => {
    const options = await newDatabase();
    const server = start({ DATABASE_URL: options.url });
    const url = await server.ready();
    const words = ['--role', 'reporter', '--name', 'pipeline', '--owner', 'team-*', '--expires-in-days', '30'];
    const { code, out, errors } = await create({ DATABASE_URL: options.url }, ...words);
    const text = out.trimEnd();
    expect([code, out]).toEqual([0, `${text}\n`]);
    expect(text).toMatch(TOKEN_FORM);
    const id = tokenIdOf(text) ?? '';
    expect(errors).toMatch(/^maestro: Created the token 'pipeline' \([0-9a-f-]{36}\) of tenant default, .+\n$/);
    expect(errors).not.toContain('mst_');
    const listed = (await (await fetch(`${url}/maestro/tokens`)).json()) as object[];
    expect(listed).toMatchObject([
      {
        id,
        name: 'pipeline',
        roles: ['reporter'],
        owners: ['team-*'],
        created_by: 'system:token create',
        status: 'active',
      },
    ]);
    const { created_at, expires_at } = listed[0] as { created_at: string; expires_at: string };
    expect(Date.parse(expires_at) - Date.parse(created_at)).toBe(30 * 86_400_000);
    server.child.kill('SIGTERM');
    await server.exited;
    const stores = await postgresStores(options);
    expect((await stores.of('default').tokens.get(id)).digest).toBe(tokenDigest(text));
    const { events } = await stores.of('default').events.after(null, 10);
    expect(events).toMatchObject([{ type: 'token.created', token_id: id, actor: { id: 'system:token create' } }]);
    await stores.close();
  });

  it('creates one of another tenant, and of several roles', async () => {
    const options = await newDatabase();
    const { out } = await create({ DATABASE_URL: options.url }, '--role=admin', '--role=operator', '--tenant=acme');
    const stores = await postgresStores(options);
    const found = await stores.instance.signIn.token(tokenIdOf(out.trimEnd()) ?? '');
    expect(found).toMatchObject({ tenant: 'acme', token: { roles: ['admin', 'operator'], owners: null } });
    await stores.close();
  });

  it('works on a folder of its own PostgreSQL, and is refused while a server uses it', async () => {
    const env = { DATABASE_URL: `embedded:${newFolder().folder}` };
    expect((await create(env, '--role', 'admin')).out).toMatch(/^mst_\w+\n$/);
    const server = start(env);
    await server.ready();
    const { code, out, errors } = await create(env, '--role', 'admin');
    expect([code, out]).toEqual([1, '']);
    expect(errors).toMatch(/^maestro: .+ is in use by Maestro .+; stop that Maestro first\n$/);
    server.child.kill('SIGTERM');
    await server.exited;
  });

  it('leaves no token that is accepted where standard output does not take its text', async () => {
    const options = await newDatabase();
    const { child, out } = start({ DATABASE_URL: options.url }, 'token', 'create', '--role', 'admin');
    child.stdout.destroy();
    const [code] = await once(child, 'close');
    expect([code, out.text]).toEqual([1, '']);
    expect(out.errors).toMatch(/^maestro: standard output does not take the token, which is revoked again: .*EPIPE\n$/);
    const stores = await postgresStores(options);
    const { rows } = await stores.of('default').tokens.list({ limit: 10, cursor: null });
    expect(rows).toMatchObject([{ roles: ['admin'], revoked_at: expect.any(String) }]);
    const { events } = await stores.of('default').events.after(null, 10);
    expect(events.map(({ type }) => type)).toEqual(['token.created', 'token.revoked']);
    await stores.close();
  });

  it('is refused in one line without a database, and without a role', async () => {
    const { code, out, errors } = await create({}, '--role', 'admin');
    expect([code, out]).toEqual([1, '']);
    expect(errors).toMatch(/^maestro: DATABASE_URL is not set: .+ ADMIN_TOKEN_FILE .+\n$/);
    expect(await create({})).toMatchObject({ code: 1, out: '', errors: expect.stringContaining('needs --role ROLE') });
  });
});
