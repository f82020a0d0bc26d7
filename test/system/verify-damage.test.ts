// From a run that passes with all three flags verified: whatever is damaged, it passes no more.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Choose, DAMAGES } from './damages-of-evidence.ts';
import { handedIn, judge, newWorld } from './verified-run.ts';

/** In all, every kind many times. */
const RUNS = 500;

const whole = await newWorld();

it('passes undamaged, with every flag verified', async () => {
  const { passed, flags } = await judge(handedIn(whole), whole.trust, whole.receivedAt);
  expect(passed).toBe(true);
  expect(Object.values(flags ?? {}).map(({ level }) => level)).toEqual(['verified', 'verified', 'verified']);
});

it('knows forty kinds of damage and more', () => {
  expect(Object.keys(DAMAGES).length).toBeGreaterThanOrEqual(40);
});

it.each(Object.keys(DAMAGES))('never passes with %s', async (name) => {
  const damage = DAMAGES[name];
  const runs = Math.ceil(RUNS / Object.keys(DAMAGES).length);
  await fc.assert(
    fc.asyncProperty(fc.infiniteStream(fc.nat()), async (numbers) => {
      const choose: Choose = (below) => (numbers.next().value ?? 0) % below;
      const world = structuredClone(whole);
      world.content = Buffer.from(world.content);
      await damage?.(world, choose);
      let verdict: Awaited<ReturnType<typeof judge>>;
      try {
        verdict = await judge(handedIn(world), world.trust, world.receivedAt);
      } catch (error) {
        // What is trusted so cannot even be loaded: the server would not start.
        expect((error as Error).message).toMatch(/^(keys|roots|identities|builders|sources)\./);
        return;
      }
      expect(verdict.passed).toBe(false);
      expect(Object.values(verdict.flags ?? {}).every(({ level, value }) => value && level === 'verified')).toBe(false);
    }),
    { numRuns: runs },
  );
});
