import { describe, expect, it } from 'vitest';
import { MaestroError } from '../../src/domain/errors.ts';
import { PROBLEMS, Problem, problem, refusalOf } from '../../src/http/problem.ts';

describe('a problem', () => {
  it('has a type, a title and an error status for every code', () => {
    for (const [code, { status, title }] of Object.entries(PROBLEMS)) {
      const body = problem(code as keyof typeof PROBLEMS, 'detail', 'id');
      expect(Problem.parse(body)).toEqual({
        type: `urn:maestro:problem:${code}`,
        title,
        status,
        detail: 'detail',
        instance: 'id',
      });
      expect(status).toBeGreaterThanOrEqual(400);
    }
    expect(new Set(Object.values(PROBLEMS).map(({ title }) => title)).size).toBe(Object.keys(PROBLEMS).length);
  });

  it('names at most 100 bad places', () => {
    const errors = Array.from({ length: 150 }, (_, at) => ({ in: 'body' as const, pointer: `/${at}`, detail: 'bad' }));
    expect(problem('validation_failed', '', '', errors).errors).toEqual(errors.slice(0, 100));
  });
});

describe('the refusal behind an error', () => {
  it('is the error itself where it is one of ours', () => {
    const error = new MaestroError('run_full', 'full');
    expect(refusalOf(error)).toBe(error);
  });

  it('tells nothing of an error that nobody foresaw', () => {
    for (const thrown of [
      new Error('secret'),
      new TypeError('secret'),
      'secret',
      null,
      undefined,
      { code: 'secret' },
      7,
    ]) {
      const refusal = refusalOf(thrown);
      expect(refusal.code).toBe('internal_error');
      expect(refusal.message).not.toContain('secret');
    }
  });

  it('knows those of the framework by their code', () => {
    const error = Object.assign(new Error('x'), { code: 'FST_ERR_CTP_BODY_TOO_LARGE', statusCode: 413 });
    expect(refusalOf(error).code).toBe('body_too_large');
    expect(refusalOf(error, 1_024)).toMatchObject({
      code: 'body_too_large',
      message: expect.stringContaining('1024 bytes'),
    });
  });
});
