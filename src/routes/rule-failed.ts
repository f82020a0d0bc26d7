// Logs what a rule of the gate threw: the answer says only that the rule could not be evaluated.
import type { FastifyBaseLogger } from 'fastify';
import type { RuleFailed } from '../domain/gate/evaluate-rules.ts';

export const ruleFailed =
  (log: Pick<FastifyBaseLogger, 'error'>): RuleFailed =>
  (rule, error) =>
    log.error({ err: error }, `The rule ${rule} of the release gate could not be evaluated`);
