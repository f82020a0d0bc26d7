import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { INFO, servers, VERSION } from '../../src/openapi/info.ts';

describe('what the document says of the service', () => {
  it('is the version and the licence of the package', () => {
    const own = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    expect(VERSION).toBe(own.version);
    expect(INFO.version).toBe(own.version);
    expect(INFO.license.identifier).toBe(own.license);
  });

  it('names the server that was asked, at whatever address', () => {
    expect(servers().map(({ url }) => new URL(url, 'http://maestro.internal:9000/docs/json').href)).toEqual([
      'http://maestro.internal:9000/',
    ]);
  });
});
