import { describe, expect, it } from 'vitest';
import { callerNeeds, SECURITY_SCHEMES } from '../../src/openapi/caller-needs.ts';

const run = { description: 'Everything about a run.' };

describe('what an operation says of its callers', () => {
  it('is its permission, after its description', () => {
    expect(callerNeeds('runs:read', run)).toEqual({
      security: [{ bearer: [] }],
      description: 'Everything about a run. Needs the permission `runs:read`.',
    });
    expect(callerNeeds('runs:read', {}).description).toBe('Needs the permission `runs:read`.');
  });

  it('is a known caller, where the caller needs no permission', () => {
    const { security, description } = callerNeeds('identified', run);
    expect(security).toEqual([{ bearer: [] }]);
    expect(description).toBe('Everything about a run. Needs a known caller, and no permission.');
  });

  it.each(['none', undefined])('is that nobody need be known, where %s is declared', (permission) => {
    expect(callerNeeds(permission, run)).toEqual({ security: [] });
  });

  it('refers to the scheme of the document', () => {
    const [needed = {}] = callerNeeds('runs:read', run).security;
    expect(Object.keys(SECURITY_SCHEMES)).toEqual(Object.keys(needed));
  });
});
