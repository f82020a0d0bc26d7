import { describe, expect, it } from 'vitest';
import { asked } from '../../src/start/command-line.ts';
import { Config } from '../../src/start/config.ts';

const of = (...words: string[]) => asked(words, '1.2.3');
const printed = (...words: string[]) => {
  const result = of(...words);
  return 'print' in result ? result.print : '';
};

describe('the words of the command line', () => {
  it('are a command with its argument; none is serve', () => {
    expect(of()).toEqual({ command: 'serve', argument: null });
    for (const command of ['serve', 'migrate', 'sweep']) expect(of(command)).toEqual({ command, argument: null });
    expect(of('prune', '2026-01-31')).toEqual({ command: 'prune', argument: '2026-01-31' });
  });

  it('are a command with options where the command is token, which no other takes', () => {
    const options = { tenant: 'default', name: 'command line', roles: ['admin'], owners: null, days: 90 };
    expect(of('token', 'create', '--role', 'admin')).toEqual({ command: 'token', options });
    expect(() => of('sweep', '--role', 'admin')).toThrow('sweep takes no argument, but got --role');
    expect(printed('token', 'create', '--help')).toMatch(/^Usage: .+ token create --role ROLE \[options\]\n/);
    expect(printed('token', '--help')).toContain('TOKEN=$(node dist/server.js token create --role admin)');
    expect(printed('help')).toMatch(/^ {2}token create +Create an API token in DATABASE_URL/m);
  });

  it('ask for help, alone and beside any command', () => {
    for (const word of ['help', '--help', '-h']) {
      expect(printed(word)).toContain('Usage: node dist/server.js [command]');
      for (const command of ['serve', 'migrate', 'prune', 'sweep', 'token'])
        for (const words of [
          [command, word],
          [word, command],
        ])
          expect(printed(...words), words.join(' ')).toContain(`Usage: node dist/server.js ${command}`);
      expect(printed('prune', '2026-01-31', word)).toContain('server.js prune <date>\n');
    }
  });

  it('ask for no help where that is the value of an option', () => {
    expect(of('token', 'create', '--role', 'admin', '--name', 'help')).toMatchObject({ options: { name: 'help' } });
    expect(printed('token', 'create', '--role', 'admin', '--name', '--help')).toContain('Usage: ');
    expect(printed('token', 'create', '--name=x', 'help')).toContain('Usage: ');
    expect(printed('--help', 'help')).toContain('Usage: ');
  });

  it('ask for the version', () => {
    for (const word of ['version', '--version']) expect(printed(word)).toBe('1.2.3\n');
  });

  it.each([
    [['prnue'], 'unknown command `prnue`; did you mean `prune`? (the commands are serve, migrate, prune, sweep, token'],
    [['constructor'], 'unknown command `constructor` (the commands'],
    [['--port=9000'], 'unknown option `--port=9000` (settings are environment variables'],
    [['--hlep'], 'unknown option `--hlep`; did you mean `--help`?'],
    [['serve', '9000'], 'serve takes no argument, but got 9000'],
    [['migrate', 'now'], 'migrate takes no argument, but got now'],
    [
      ['prune', '2026-01-31', '--yes'],
      'prune takes only <date>, but got --yes; settings are environment variables, see --help',
    ],
    [['prune'], 'prune needs <date>'],
    [['token'], 'token needs create --role ROLE'],
    [['--role=admin', 'token', 'create'], 'unknown option `--role=admin`'],
    [['help', 'prnue'], 'unknown command `prnue`'],
    [['--version', 'x'], 'unknown option `--version`'],
    [[''], 'unknown command ``'],
  ])('that ask for nothing that there is are refused in one line: %j', (words, message) => {
    expect(() => of(...words)).toThrow(message);
    expect(() => of(...words)).toThrow(/^.+$/);
  });
});

it('help names every setting, with its default', () => {
  for (const name of Object.keys(Config.shape)) expect(printed('help')).toMatch(new RegExp(`^  ${name} `, 'm'));
  expect(printed('help')).toMatch(/^ {2}PORT +TCP port .*\[8001\]$/m);
  expect(printed('help')).toMatch(/^ {2}MIGRATE_AT_START +.*\[true\]$/m);
});
