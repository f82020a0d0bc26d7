import type { FastifyInstance } from 'fastify';
import type { Deps, Feature } from './deps.ts';
import { artifacts } from './routes/artifacts.ts';
import { disclosurePacks } from './routes/disclosure-packs.ts';
import { releaseGate } from './routes/release-gate.ts';
import { runs } from './routes/runs.ts';

/** The plugin behind `/maestro`. */
export const maestro =
  (deps: Deps, features: readonly Feature[]) =>
  async (app: FastifyInstance): Promise<void> => {
    for (const routes of [runs, artifacts, disclosurePacks, releaseGate, ...features]) await app.register(routes(deps));
  };
