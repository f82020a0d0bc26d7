import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { INFO } from '../../src/openapi/info.ts';

describe('what the document says of the service', () => {
  it('is the licence of the package', () => {
    const own = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    expect(INFO.license.identifier).toBe(own.license);
  });
});
