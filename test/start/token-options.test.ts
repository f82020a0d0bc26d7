import { describe, expect, it } from 'vitest';
import { TOKEN_HELP, tokenOptions } from '../../src/start/token-options.ts';

const DEFAULTS = { tenant: 'default', name: 'command line', roles: ['admin'], owners: null, days: 90 };

describe('the options of token create', () => {
  it('are a role and nothing else that must be given', () => {
    expect(tokenOptions(['create', '--role', 'admin'])).toEqual(DEFAULTS);
    expect(tokenOptions(['create', '--role=admin'])).toEqual(DEFAULTS);
  });

  it('are taken in any order, and repeated where several are meant', () => {
    const words = ['create', '--owner', 'team-*', '--name=CI = on', '--role', 'reporter', '--expires-in-days', '366'];
    expect(
      tokenOptions([...words, '--role', 'operator', '--tenant', 'acme', '--owner', 'web/shop', '--role=reporter']),
    ).toEqual({
      ...{
        tenant: 'acme',
        name: 'CI = on',
        roles: ['reporter', 'operator'],
        owners: ['team-*', 'web/shop'],
        days: 366,
      },
    });
  });

  it.each([
    [[], 'token needs create --role ROLE [options]; see token --help'],
    [['list'], 'token needs create --role ROLE'],
    [['--role', 'admin', 'create'], 'token needs create'],
    [['create'], 'token create needs --role ROLE: reader, reporter, admin, operator'],
    [['create', '--rloe', 'admin'], 'unknown option `--rloe`; did you mean `--role`? of token create'],
    [['create', 'admin'], 'unknown option `admin` of token create'],
    [['create', '-r', 'admin'], 'unknown option `-r`'],
    [['create', '--role'], '--role ROLE has no value'],
    [['create', '--role='], '--role ROLE has no value'],
    [['create', '--role', 'amdin'], 'unknown role `amdin`; did you mean `admin`?'],
    [['create', '--role', 'constructor'], 'unknown role `constructor`'],
    [['create', '--constructor', 'x'], 'unknown option `--constructor`'],
    [['create', '--role', 'admin', '--name', 'a', '--name', 'b'], '--name NAME is given twice'],
    [['create', '--role', 'admin', '--name', 'x'.repeat(257)], '--name must have at most 256 characters'],
    [['create', '--role', 'admin', '--owner', '*a*'], '--owner may not have more than one * in a segment'],
    [['create', '--role', 'admin', '--tenant', 'Acme'], '--tenant must be a lower-case letter'],
    [['create', '--role', 'admin', '--expires-in-days', '0'], '--expires-in-days must be a whole number from 1 to 366'],
    [['create', '--role', 'admin', '--expires-in-days', '367'], '--expires-in-days must be'],
    [['create', '--role', 'admin', '--expires-in-days', '1e2'], '--expires-in-days must be'],
  ])('are refused in one line: %j', (words, message) => {
    expect(() => tokenOptions(words)).toThrow(message);
    expect(() => tokenOptions(words)).toThrow(/^.+$/);
  });

  it('are all in the help', () => {
    for (const name of ['role', 'name', 'tenant', 'owner', 'expires-in-days'])
      expect(TOKEN_HELP).toMatch(new RegExp(`^ {2}--${name} [A-Z]+ `, 'm'));
  });
});
