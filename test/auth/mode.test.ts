import { describe, expect, it } from 'vitest';
import { modeOf } from '../../src/auth/mode.ts';

const LOCAL = ['localhost', '127.0.0.1', '127.1.2.3', '::1'];
const OTHERS = [
  '0.0.0.0',
  '::',
  '10.0.0.1',
  'maestro.example.com',
  'localhost.example.com',
  '1127.0.0.1',
  '::11',
  'Localhost',
];
const FILES = [{ AUTH_FILE: 'auth.yaml' }, { ADMIN_TOKEN_FILE: 'secret' }] as const;

describe('without AUTH', () => {
  it.each(LOCAL)('everybody on this machine may call where HOST is %s', (HOST) => {
    expect(modeOf({ HOST })).toBe('local');
    expect(modeOf({ HOST, DATABASE_URL: 'embedded:x' })).toBe('local');
  });

  it.each(OTHERS)('the start is refused where HOST is %s, in one line that names both choices', (HOST) => {
    for (const settings of [{ HOST }, { HOST, DATABASE_URL: 'embedded:x' }, { HOST, AUTH_FILE: 'auth.yaml' }]) {
      expect(() => modeOf(settings)).toThrow(/^AUTH is not set.+$/);
      for (const named of ['AUTH=required', 'AUTH=none', 'node dist/server.js token create --role admin'])
        expect(() => modeOf(settings)).toThrow(named);
    }
  });

  it.each(FILES)('the start is refused where %j would have no effect', (file) => {
    expect(() => modeOf({ HOST: 'localhost', ...file })).toThrow(/^\w+_FILE is set and AUTH is not: .+$/);
  });
});

describe('with AUTH', () => {
  it.each([...LOCAL, ...OTHERS])(
    'nobody is asked on %s where it is none, and everybody where it is required',
    (HOST) => {
      expect(modeOf({ AUTH: 'none', HOST })).toBe('none');
      expect(modeOf({ AUTH: 'none', HOST, AUTH_FILE: 'auth.yaml' })).toBe('none');
      for (const known of [...FILES, { DATABASE_URL: { kind: 'postgres' } }])
        expect(modeOf({ AUTH: 'required', HOST, ...known })).toBe('required');
      expect(() => modeOf({ AUTH: 'required', HOST })).toThrow(
        /^AUTH is required, and nobody could sign in: .*DATABASE_URL.*ADMIN_TOKEN_FILE.*AUTH_FILE$/,
      );
    },
  );
});
