import { describe, expect, it } from 'vitest';
import { ruleFailed } from '../../src/routes/rule-failed.ts';

describe('a rule of the gate that throws', () => {
  it('is logged with its name and what it threw', () => {
    const logged: unknown[][] = [];
    const error = new Error('boom');
    ruleFailed({ error: (...all: unknown[]) => void logged.push(all) })('embargo', error);
    expect(logged).toEqual([[{ err: error }, 'The rule embargo of the release gate could not be evaluated']]);
  });
});
