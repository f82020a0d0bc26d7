import { expect, it } from 'vitest';
import { strayRejections } from '../../src/start/stray-rejections.ts';

const logged = (reason: unknown): Error => {
  const lines: Error[] = [];
  strayRejections({ error: ({ err }) => lines.push(err) })(reason);
  expect(lines).toHaveLength(1);
  return lines[0] as Error;
};

it('an error that nobody awaited is logged as it is, with its stack', () => {
  const error = new Error('lost');
  expect(logged(error)).toBe(error);
});

it.each([
  ['nothing', undefined, 'rejected with undefined'],
  ['text', 'lost', "rejected with 'lost'"],
  ['an object that has no text', Object.create(null), 'rejected with [Object: null prototype] {}'],
  ['a symbol', Symbol('lost'), 'rejected with Symbol(lost)'],
])('what was rejected with %s is logged as an error that says so', (_name, reason, message) => {
  expect(logged(reason).message).toBe(message);
});
