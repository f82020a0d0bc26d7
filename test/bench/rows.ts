import { createRun, type Seeded } from './seed.ts';
import type { Target } from './traffic.ts';

/** One kind of request. `floor` and `aim` are the shares of the bare server's speed that it must and should reach. */
export type Row = { name: string; floor: number; aim: number; targets(seeded: Seeded): Target[] };

const get = (path: string): Target => ({ method: 'GET', path });
const ofRuns = ({ runIds }: Seeded, rest = '') => runIds.map((id) => get(`/maestro/runs/${id}${rest}`));

export const READS: readonly Row[] = [
  { name: 'GET run', floor: 0.45, aim: 0.57, targets: (seeded) => ofRuns(seeded) },
  {
    name: 'GET release-gate, 10 artifacts',
    floor: 0.3,
    aim: 0.42,
    targets: (seeded) => ofRuns(seeded, '/release-gate'),
  },
  {
    name: 'GET release-gate, 1,000 artifacts',
    floor: 0.15,
    aim: 0.25,
    targets: ({ bigRunId }) => [get(`/maestro/runs/${bigRunId}/release-gate`)],
  },
  {
    name: 'GET manifest, 10 artifacts',
    floor: 0.22,
    aim: 0.3,
    targets: (seeded) => ofRuns(seeded, '/manifest'),
  },
  { name: 'GET runs, 100 of them', floor: 0.28, aim: 0.4, targets: () => [get('/maestro/runs?limit=100')] },
];

export const WRITES: readonly Row[] = [{ name: 'POST run', floor: 0.22, aim: 0.28, targets: () => [createRun(1)] }];
