import { expect, it } from 'vitest';
import { giveUp } from '../../src/start/give-up.ts';

it('what nothing can mend is thrown where nothing catches it', async () => {
  const listeners = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException');
  const thrown = new Promise((resolve) => process.once('uncaughtException', resolve));
  const error = new Error('broken');
  expect(() => giveUp(error)).not.toThrow();
  expect(await thrown).toBe(error);
  for (const listener of listeners) process.on('uncaughtException', listener);
});
