import { mkdirSync, readFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { MaestroError } from '../../src/domain/errors.ts';
import { listenFault, settingFault, systemReason } from '../../src/start/setting-faults.ts';

function thrown(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

describe('why what a setting names cannot be opened', () => {
  it('is said with the setting and the file', () => {
    const message = (act: () => unknown) => settingFault('BLOB_URL', thrown(act)).message;
    expect(message(() => readFileSync('/no/such'))).toBe('BLOB_URL: /no/such: no such file or folder');
    expect(message(() => mkdirSync(import.meta.filename))).toBe(
      `BLOB_URL: ${import.meta.filename}: it is a file, not a folder`,
    );
    expect(message(() => mkdirSync(`${import.meta.filename}/x`))).toContain(': it is a file, not a folder');
  });

  it('is said with the setting where there is no file, and never with a password', async () => {
    const refused = await new Promise((resolve) => connect(1, '127.0.0.1').on('error', resolve));
    expect(settingFault('DATABASE_URL', refused).message).toBe('DATABASE_URL: connect ECONNREFUSED 127.0.0.1:1');
    const bad = thrown(() => new URL('postgres://u:s3cret@[bad/x'));
    expect(settingFault('DATABASE_URL', bad).message).toBe('Bad configuration: DATABASE_URL is not a valid URL');
    const denied = Object.assign(new Error('password authentication failed for user "x"'), { code: '28P01' });
    expect(settingFault('DATABASE_URL', denied).message).toContain('DATABASE_URL: password authentication failed');
  });

  it('is left as it is where it is said already', () => {
    for (const error of [new Error('The database lacks x'), new MaestroError('store_unavailable', 'gone')])
      expect(settingFault('DATABASE_URL', error)).toBe(error);
  });

  it('is said by the code of the system where that has no words', () => {
    expect(systemReason({ code: 'EACCES' })).toBe('permission denied');
    expect(systemReason({ code: 'EMFILE' })).toBe('EMFILE');
  });
});

describe('why the server cannot listen', () => {
  it('is said with the address, and with the setting that cures it', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as AddressInfo;
    const refused = await new Promise((resolve) => createServer().on('error', resolve).listen(port, '127.0.0.1'));
    expect(listenFault('127.0.0.1', port, refused).message).toBe(
      `Cannot listen on 127.0.0.1:${port}: the address is already in use; choose another PORT (EADDRINUSE)`,
    );
    taken.close();
    const nowhere = await new Promise((resolve) => createServer().on('error', resolve).listen(0, 'no.invalid'));
    expect(listenFault('no.invalid', 80, nowhere).message).toMatch(
      /^Cannot listen on no\.invalid:80: no such host; HOST /,
    );
  });

  it('is left as it is where it is something else', () => {
    const error = new Error('a plugin failed');
    expect(listenFault('localhost', 80, error)).toBe(error);
  });
});
