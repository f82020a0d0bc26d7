import { describe, expect, it } from 'vitest';
import { MaestroError } from '../../src/domain/errors.ts';
import { causeOf, detailOf, reasonOf } from '../../src/jobs/failure.ts';

const AWAY = new MaestroError('content_store_unavailable', 'The place is away', [], new Error('refused'));

describe('why a job failed', () => {
  it.each([
    ['an error', new Error('broken'), 'broken'],
    ['an error with a cause', AWAY, 'The place is away: refused'],
    ['an error whose cause is none', new Error('broken', { cause: 'odd' }), 'broken'],
    ['a text', 'odd', 'odd'],
    ['nothing', undefined, 'undefined'],
  ])('is said in words of %s', (_what, error, words) => {
    expect(reasonOf(error)).toBe(words);
  });

  it('is said to callers without its cause, and not at all where it may name a path or a row', () => {
    const unknown = 'Something went wrong; the server log has the details';
    expect(detailOf(AWAY)).toBe('The place is away');
    for (const other of [
      new Error('ENOENT /srv/blobs'),
      new MaestroError('run_not_found', "Run '42' not found"),
      'odd',
    ])
      expect(detailOf(other)).toBe(unknown);
  });

  it('has the code of our errors as its cause, and no cause for others', () => {
    expect([AWAY, new Error('broken'), { code: 'content_lost' }, null].map(causeOf)).toEqual([
      'content_store_unavailable',
      undefined,
      undefined,
      undefined,
    ]);
  });
});
