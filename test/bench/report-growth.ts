// The figures of a bigger store as Markdown.
import type { Growth } from './growth.ts';
import type { Plan } from './plan.ts';
import { median } from './rounds.ts';
import { figures, fixed, pair, ratios, table, verdict, whole } from './tables.ts';

const MOST_GROWTH = 1.5;

export function growthReport(plan: Plan, { small, big, bytesPerArtifact }: Growth): string {
  const ratio = median(ratios(figures(big, 'cpuMicros'), figures(small, 'cpuMicros')));
  const stores = `${whole(plan.bigStore)} artifacts in store beside ${whole(plan.smallStore)}`;
  return table(
    ['', 'measured', 'at most'],
    [
      [
        `CPU time of a release-gate request, ${stores}`,
        `**${fixed(ratio, 2)}** (µs: ${pair(big, small, 'cpuMicros', 1)})`,
        `${MOST_GROWTH} ${verdict(ratio <= MOST_GROWTH)}`,
      ],
      ['p99 of the same, ms', pair(big, small, 'p99Ms', 1), ''],
      [`Heap for each artifact at ${whole(plan.bigStore)}, its event included`, `${whole(bytesPerArtifact)} bytes`, ''],
    ],
  );
}
