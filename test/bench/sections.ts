// The sections of docs/benchmarks.md, in the order in which users feel them: what is measured for each.
import { againstBare } from './against-bare.ts';
import { callers } from './callers.ts';
import { content } from './content.ts';
import { eventReading } from './event-reading.ts';
import { evidence } from './evidence.ts';
import { growth } from './growth.ts';
import { onPostgres } from './on-postgres.ts';
import { pipelines } from './pipelines.ts';
import type { Plan } from './plan.ts';
import { bareReport } from './report-bare.ts';
import { callersReport } from './report-callers.ts';
import { contentReport } from './report-content.ts';
import { eventReport } from './report-events.ts';
import { documentReport } from './report-evidence.ts';
import { growthReport } from './report-growth.ts';
import { pipelineReport } from './report-pipeline.ts';
import { postgresReport } from './report-postgres.ts';
import { startReport } from './report-start.ts';
import { signatureReport } from './report-verification.ts';
import { startTimes } from './start-up.ts';
import type { Generator } from './traffic-process.ts';
import { verification } from './verification.ts';

export type Section = {
  heading: string;
  /** What is said while it is measured. */
  saying: string;
  /** Its text below the heading. */
  measured(generator: Generator, plan: Plan): Promise<string>;
};

/** By the names that `BENCH_PARTS` takes. */
export const SECTIONS: Readonly<Record<string, Section>> = {
  pipeline: {
    heading: 'A pipeline from first call to verdict',
    saying: 'running pipelines, alone and side by side',
    measured: async (generator, plan) => pipelineReport(plan, await pipelines(generator, plan)),
  },
  documents: {
    heading: 'Documents',
    saying: 'reading documents of every format, then SBOMs beside other requests',
    measured: async (generator, plan) => documentReport(plan, await evidence(generator, plan)),
  },
  signatures: {
    heading: 'Signatures',
    saying: 'verifying signed documents, then bundles beside other requests',
    measured: async (generator, plan) => signatureReport(plan, await verification(generator, plan)),
  },
  postgres: {
    heading: 'On PostgreSQL',
    saying: 'loading Maestro on PostgreSQL beside pgbench',
    measured: async (generator, plan) => postgresReport(plan, await onPostgres(generator, plan)),
  },
  content: {
    heading: 'Content',
    saying: 'sending and fetching content',
    measured: async (generator, plan) => contentReport(plan, await content(generator, plan)),
  },
  start: {
    heading: 'Start',
    saying: 'starting servers',
    measured: async (_generator, plan) => startReport(plan, await startTimes(plan.starts)),
  },
  bare: {
    heading: 'Beside a bare server',
    saying: 'filling a store, then loading it beside a bare server',
    measured: async (generator, plan) => bareReport(plan, await againstBare(generator, plan)),
  },
  callers: {
    heading: 'Callers',
    saying: 'asking with API tokens and ID tokens beside a server that asks for none',
    measured: async (generator, plan) => callersReport(plan, await callers(generator, plan)),
  },
  growth: {
    heading: 'A bigger store',
    saying: 'filling a big store, then loading it beside a small one',
    measured: async (generator, plan) => growthReport(plan, await growth(generator, plan)),
  },
  events: {
    heading: 'Events',
    saying: 'creating runs beside a reader of events',
    measured: async (generator, plan) => eventReport(plan, await eventReading(generator, plan)),
  },
};
