import { describe, expect, it } from 'vitest';
import { Unreadable } from '../../src/evidence/unreadable.ts';

describe('an unreadable document', () => {
  it('has a code for programs, a message for people, and what is known of it', () => {
    const error = new Unreadable('too_deep', 'It is more than 2 levels deep', { format: 'json-other' });
    expect(error).toBeInstanceOf(Error);
    expect([error.name, error.code, error.message, error.known]).toEqual([
      'Unreadable',
      'too_deep',
      'It is more than 2 levels deep',
      { format: 'json-other' },
    ]);
    expect(new Unreadable('zip', 'It is compressed').known).toEqual({});
  });
});
