import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { folded } from '../../../src/store/postgres/folded-writes.ts';

const REFUSED = new Error('refused');
const UNKNOWN = new Error('no answer');

/** A target that takes a while, refuses a batch with `bad` in it whole, and does not answer one with `lost` in it. */
function target() {
  const batches: string[][] = [];
  const landed: string[] = [];
  const seen = { underWay: 0, most: 0 };
  const write = async (batch: readonly string[]) => {
    batches.push([...batch]);
    seen.underWay += 1;
    seen.most = Math.max(seen.most, seen.underWay);
    await sleep(2);
    seen.underWay -= 1;
    if (batch.includes('lost')) throw UNKNOWN;
    if (batch.includes('bad')) throw REFUSED;
    landed.push(...batch);
  };
  const put = folded(write, (error) => error === REFUSED);
  return { put, batches, landed, seen };
}

describe('writes that come at the same time', () => {
  it('go together, each once, in the order they came in, in no more than two at a time', async () => {
    const { put, batches, landed, seen } = target();
    const names = Array.from({ length: 500 }, (_, index) => `row ${index}`);
    await Promise.all(names.map((name) => put(name)));
    expect(batches.flat()).toEqual(names);
    expect([...landed].sort()).toEqual([...names].sort());
    expect(batches.length).toBeLessThan(20);
    expect(seen.most).toBe(2);
  });

  it('fail alone where they are refused', async () => {
    const { put, landed } = target();
    const outcomes = await Promise.allSettled(['a', 'bad', 'b', 'bad', 'c'].map(put));
    expect(outcomes.map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
      'rejected',
      'fulfilled',
    ]);
    expect(outcomes[1]).toMatchObject({ reason: REFUSED });
    expect(landed.sort()).toEqual(['a', 'b', 'c']);
  });

  it('all fail where nobody knows what became of them, and none is written again', async () => {
    const { put, batches } = target();
    const outcomes = await Promise.allSettled(['a', 'lost', 'b'].map(put));
    for (const outcome of outcomes) expect(outcome).toMatchObject({ status: 'rejected', reason: UNKNOWN });
    expect(batches).toEqual([['a', 'lost', 'b']]);
    await put('later');
    expect(batches.at(-1)).toEqual(['later']);
  });
});

it('a write that comes alone waits for nothing', async () => {
  const { put, batches } = target();
  const done = put('alone');
  await turn();
  expect(batches).toEqual([['alone']]);
  await done;
});
