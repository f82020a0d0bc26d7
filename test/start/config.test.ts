import { describe, expect, it } from 'vitest';
import { Config, readConfig } from '../../src/start/config.ts';

describe('the configuration', () => {
  it('serves on localhost:8001 where nothing is set', () => {
    expect(readConfig({})).toMatchObject({
      HOST: 'localhost',
      PORT: 8001,
      LOG_LEVEL: 'info',
      MAX_ARTIFACTS_PER_RUN: 10_000,
    });
  });

  it('is read from the environment, an empty variable being one that is not set', () => {
    const read = readConfig({ HOST: '0.0.0.0', PORT: '0', LOG_LEVEL: '', HOME: '/root' });
    expect(read).toMatchObject({ HOST: '0.0.0.0', PORT: 0, LOG_LEVEL: 'info' });
    expect(read).not.toHaveProperty('HOME');
  });

  it.each([
    ['PORT', ['-1', '65536', '80a', '8001.5', '0x50', ' 8001', '1e3', 'http']],
    ['LOG_LEVEL', ['INFO', 'verbose', '30']],
    ['MAX_ARTIFACTS_PER_RUN', ['0', '10001']],
    ['REQUEST_TIMEOUT_MS', ['0', '99999999', 'never']],
    ['SHUTDOWN_WAIT_MS', ['-1', '16000']],
    ['DATABASE_URL', ['mysql://x', 'localhost', 'postgres://', 'embedded:']],
    ['PUBLIC_URL', ['ci.example.com', '/governance/', 'https://ci.example.com/?x', 'https://me@ci.example.com']],
    ['MIGRATE_AT_START', ['yes', '1', 'TRUE']],
    ['GATE_MINIMUM_LEVEL', ['VERIFIED', 'Verified', 'none', 'all', '2', ' verified']],
  ])('refuses a bad %s in one line that names it', (name, values) => {
    for (const value of values) {
      expect(() => readConfig({ [name]: value }), value).toThrow(new RegExp(`^Bad configuration: ${name} [^\\n]+$`));
    }
  });

  it('trusts nobody and takes the word of the caller where nothing else is set', () => {
    expect(readConfig({})).toMatchObject({ GATE_MINIMUM_LEVEL: 'asserted' });
    expect(readConfig({ TRUST_FILE: '' }).TRUST_FILE).toBeUndefined();
    const set = { TRUST_FILE: '/etc/trust.yaml', GATE_MINIMUM_LEVEL: 'verified' };
    expect(readConfig(set)).toMatchObject(set);
  });

  it('takes a public URL apart, with a slash at its end or without', () => {
    for (const PUBLIC_URL of ['https://ci.example.com/governance', 'https://ci.example.com/governance/']) {
      expect(readConfig({ PUBLIC_URL }).PUBLIC_URL).toMatchObject({
        origin: 'https://ci.example.com',
        prefix: '/governance',
      });
    }
    expect(readConfig({ PUBLIC_URL: '' }).PUBLIC_URL).toBeUndefined();
  });

  it('names every bad variable at once', () => {
    expect(() => readConfig({ PORT: 'x', LOG_LEVEL: 'y' })).toThrow(/PORT .*; LOG_LEVEL /);
  });
});

it('every bad value is refused in words of ours, led by the name of its setting', () => {
  for (const name of Object.keys(Config.shape)) {
    for (const bad of [' ', '-1', '1.5', 'x', '99999999999999999999', 'TRUE', '0x10', '{}', 'http://x']) {
      let message = `Bad configuration: ${name} must`;
      try {
        readConfig({ [name]: bad });
      } catch (error) {
        ({ message } = error as Error);
      }
      expect(message).toMatch(new RegExp(`^Bad configuration: ${name} must`));
      expect(message).not.toMatch(/invalid|expected|received|too (big|small)/i);
    }
  }
});
