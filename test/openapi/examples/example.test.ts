import { describe, expect, it } from 'vitest';
import { bodyOf } from '../../../src/openapi/examples/example.ts';
import { REQUEST_ID } from '../../../src/openapi/examples/story.ts';

describe('an example', () => {
  it('has the body that was recorded, or none', () => {
    expect(bodyOf({ body: [] })).toEqual([]);
    expect(bodyOf({ headers: { etag: '"a"' } })).toBeUndefined();
  });

  it('is a whole problem where it is a refusal, with what the problem says beyond RFC 9457', () => {
    expect(bodyOf({ code: 'release_blocked', detail: 'No artifacts found', more: { passed: false } })).toEqual({
      type: 'urn:maestro:problem:release_blocked',
      title: 'Release blocked',
      status: 409,
      detail: 'No artifacts found',
      instance: REQUEST_ID,
      passed: false,
    });
  });
});
