// What was measured of two builds in the same interleaved rounds.
import type { Plan } from './plan.ts';
import { median } from './rounds.ts';
import { ROOT } from './server-process.ts';
import { fixed, ratios, table } from './tables.ts';
import type { Generator } from './traffic-process.ts';

/** The figures of this build and of the other one, by round; less is better. */
export type Pair = { name: string; unit: string; ours: number[]; other: number[] };

/** What a part of the comparison needs; `other` is the folder of the other checkout. */
export type Comparison = { generator: Generator; plan: Plan; other: string };

type Figure = { name: string; unit: string; value: number };

/** The figures of both builds, each of which is asked in every round, the other one first in every second. */
export async function inTurns({ plan, other }: Comparison, ask: (build: string) => Promise<Figure[]>): Promise<Pair[]> {
  const found = new Map<string, Pair>();
  for (let round = 0; round < plan.rounds; round += 1) {
    for (const build of round % 2 === 0 ? [ROOT, other] : [other, ROOT]) {
      for (const { name, unit, value } of await ask(build)) {
        const pair = found.get(name) ?? { name, unit, ours: [], other: [] };
        pair[build === ROOT ? 'ours' : 'other'].push(value);
        found.set(name, pair);
      }
    }
  }
  return [...found.values()];
}

export function pairTable(pairs: readonly Pair[]): string {
  return table(['', 'this by the other', 'least to greatest', 'this', 'the other'], pairs.map(rowOf));
}

function rowOf({ name, unit, ours, other }: Pair): string[] {
  const shares = ratios(ours, other);
  return [
    name,
    fixed(median(shares), 2),
    `${fixed(Math.min(...shares), 2)} to ${fixed(Math.max(...shares), 2)}`,
    ...[ours, other].map((values) => `${fixed(median(values), 2)} ${unit}`),
  ];
}
