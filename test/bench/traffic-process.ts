// The load generator as a process of its own, so that making load takes no time from the server that is measured.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type Pipelines, type PipelinesDone, runPipelines } from './pipeline.ts';
import { type Seeded, seed } from './seed.ts';
import { TYPESCRIPT } from './server-process.ts';
import { type Answered, send, type Traffic } from './traffic.ts';

type Seeding = { port: number; artifacts: number };
type Order = { send: Traffic } | { seed: Seeding } | { run: Pipelines };
type Outcome = { done: Answered | Seeded | PipelinesDone } | { failure: string };

/** Load from another process, one order at a time. */
export type Generator = {
  send(traffic: Traffic): Promise<Answered>;
  seed(seeding: Seeding): Promise<Seeded>;
  run(pipelines: Pipelines): Promise<PipelinesDone>;
  stop(): void;
};

export function startGenerator(): Generator {
  const child = fork(fileURLToPath(import.meta.url), { execArgv: TYPESCRIPT });
  const order = async (what: Order) => {
    child.send(what);
    const [outcome] = (await once(child, 'message')) as [Outcome];
    if ('failure' in outcome) throw new Error(outcome.failure);
    return outcome.done;
  };
  return {
    send: async (traffic) => (await order({ send: traffic })) as Answered,
    seed: async (seeding) => (await order({ seed: seeding })) as Seeded,
    run: async (pipelines) => (await order({ run: pipelines })) as PipelinesDone,
    stop: () => child.kill(),
  };
}

const isChild = process.argv[1] === fileURLToPath(import.meta.url) && process.send !== undefined;
if (isChild) {
  process.on('message', (order: Order) => {
    const answer = (outcome: Outcome) => void process.send?.(outcome);
    obey(order).then(
      (done) => answer({ done }),
      (error: Error) => answer({ failure: error.message }),
    );
  });
}

async function obey(order: Order) {
  if ('send' in order) return send(order.send);
  if ('run' in order) return runPipelines(order.run);
  return seed(order.seed.port, order.seed.artifacts);
}
