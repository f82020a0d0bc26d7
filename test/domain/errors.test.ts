import { describe, expect, it } from 'vitest';
import { type FieldError, invalid, MaestroError } from '../../src/domain/errors.ts';

const BAD_NAME: FieldError = { in: 'body', pointer: '/name', detail: 'is required' };
const BAD_LIMIT: FieldError = { in: 'query', pointer: '/limit', detail: 'must be a whole number' };

describe('MaestroError', () => {
  it('is an Error that carries its code, its message and no bad places unless told', () => {
    const error = new MaestroError('run_not_found', "Run '42' not found");
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name: 'MaestroError', code: 'run_not_found', message: "Run '42' not found" });
    expect(error.errors).toEqual([]);
    expect(error.stack).toContain('errors.test.ts');
  });
});

describe('invalid', () => {
  it('is a validation_failed whose message tells the one bad place', () => {
    const error = invalid([BAD_NAME]);
    expect(error).toBeInstanceOf(MaestroError);
    expect(error.code).toBe('validation_failed');
    expect(error.message).toBe('body /name: is required');
    expect(error.errors).toEqual([BAD_NAME]);
  });

  it('tells the first bad place and counts the others', () => {
    expect(invalid([BAD_LIMIT, BAD_NAME]).message).toBe('query /limit: must be a whole number (and 1 more)');
    const error = invalid([BAD_NAME, BAD_LIMIT, BAD_LIMIT]);
    expect(error.message).toBe('body /name: is required (and 2 more)');
    expect(error.errors).toEqual([BAD_NAME, BAD_LIMIT, BAD_LIMIT]);
  });

  it('still says something where no place is named', () => {
    expect(invalid([]).message).toBe('The request is invalid');
  });
});
