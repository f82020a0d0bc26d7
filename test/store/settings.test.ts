import { expect, it } from 'vitest';
import { STORE_SETTINGS } from '../../src/store/settings.ts';

const { DATABASE_URL } = STORE_SETTINGS;

it('DATABASE_URL is a PostgreSQL, or the folder of one that Maestro runs for itself', () => {
  for (const url of ['postgres://db/maestro', 'postgresql://u:p@db:5433/x?a=b'])
    expect(DATABASE_URL.parse(url)).toEqual({ kind: 'postgres', url });
  expect(DATABASE_URL.parse('embedded:./data')).toEqual({ kind: 'embedded', folder: './data' });
  expect(DATABASE_URL.parse('embedded:/a:b')).toEqual({ kind: 'embedded', folder: '/a:b' });
  expect(DATABASE_URL.parse(undefined)).toBeUndefined();
});

it.each(['mysql://x', 'postgres://', 'embedded:', 'Embedded:x', ' postgres://x'])('DATABASE_URL is not %j', (url) => {
  const message = 'must be a postgres:// URL, or embedded: and a folder';
  expect(DATABASE_URL.safeParse(url).error?.issues).toMatchObject([{ message }]);
});
