import { expect, it } from 'vitest';
import { openings } from '../../src/start/openings.ts';

function opened(failing: readonly string[] = []) {
  const closed: string[] = [];
  const open = openings();
  for (const name of ['store', 'readers', 'app'])
    open.add(name === 'app' ? null : name, async () => {
      closed.push(name);
      if (failing.includes(name)) throw new Error(`${name} does not close`);
    });
  return { open, closed };
}

it('what is open is closed in reverse order, and says what its close may wait for', async () => {
  const { open, closed } = opened();
  const said: string[] = [];
  await open.close((what) => said.push(what));
  expect(closed).toEqual(['app', 'readers', 'store']);
  expect(said).toEqual(['readers', 'store']);
});

it('what is open is closed though something opened later does not close, whose error is the result', async () => {
  const { open, closed } = opened(['app', 'readers']);
  await expect(open.close()).rejects.toThrow('app does not close');
  expect(closed).toEqual(['app', 'readers', 'store']);
});

it('what is open is closed once, however often that is asked for', async () => {
  const { open, closed } = opened();
  await Promise.all([open.close(), open.close()]);
  await open.close();
  expect(closed).toHaveLength(3);
});
