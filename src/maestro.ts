import type { FastifyInstance, FastifyPluginAsync } from 'fastify';
import { artifacts } from './routes/artifacts.ts';
import { disclosurePacks } from './routes/disclosure-packs.ts';
import { jobs } from './routes/jobs.ts';
import { releaseGate } from './routes/release-gate.ts';
import { runs } from './routes/runs.ts';

/** Routes that are registered under `/maestro`, and what they need. */
export type Feature<Needs> = (needs: Needs) => FastifyPluginAsync;

const CORE = [runs, artifacts, disclosurePacks, releaseGate, jobs] as const;

/** What the routes of a list need, together. */
export type NeedsOf<List extends readonly Feature<never>[]> = [List[number]] extends [Feature<infer Needs>]
  ? Needs
  : never;

/** The plugin behind `/maestro`. */
export const maestro =
  <Needs extends NeedsOf<typeof CORE>>(needs: Needs, features: readonly Feature<Needs>[]) =>
  async (app: FastifyInstance): Promise<void> => {
    for (const routes of [...CORE, ...features]) await app.register(routes(needs));
  };
