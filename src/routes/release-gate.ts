import type { FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { DEFAULT_RULES } from '../domain/gate/default-rules.ts';
import type { Judging } from '../domain/gate/flag.ts';
import { isStale } from '../domain/gate/is-stale.ts';
import { checkReleaseGate } from '../domain/gate/release-gate.ts';
import { ReleaseGateResult } from '../domain/gate/release-gate-result.ts';
import { gateInput } from '../domain/gate/rule.ts';
import { PROBLEM_TYPE, Problem, problem, RETRY_AFTER } from '../http/problem.ts';
import { answers, refusals } from '../http/responses.ts';
import type { Readiness } from '../http/stopping.ts';
import { preferredWait, settled } from '../http/waiting.ts';
import type { CoreStores } from '../store/store.ts';
import { ruleFailed } from './rule-failed.ts';
import { RunParams } from './runs.ts';

export type ReleaseGateRoutes = {
  /** The stores of the request's tenant. */
  storesFor(request: FastifyRequest): Pick<CoreStores, 'runs'>;
  /**
   * Resolves when something of the run was written in this process, at the latest after some hundred
   * milliseconds or `ms`, whichever is less.
   */
  nextChange(request: FastifyRequest, runId: string, ms: number): Promise<void>;
  /**
   * What `look` finds, in a look that begins after this call and that is shared with other requests
   * of the tenant which look under the same key.
   */
  together<Found>(request: FastifyRequest, key: string, look: () => Promise<Found>): Promise<Found>;
  trust: {
    judging(): Judging;
    /** Called when the gate of a run was asked while something of it must be verified again. */
    asked(request: FastifyRequest, runId: string): void;
  };
  now(): Date;
  /** Whether the process accepts work now. */
  readiness(): Readiness;
};

const ReleaseGateQuery = z.strictObject({
  enforce: z
    .enum(['true', 'false'])
    .optional()
    .meta({
      description:
        'With `true`, the response is 409 unless the gate passes, so that `curl --fail-with-body` fails a pipeline.',
      examples: ['true'],
    }),
});

const BlockedProblem = z
  .object({ ...Problem.shape, ...ReleaseGateResult.shape })
  .meta({ id: 'BlockedProblem', description: 'The verdict of a gate that does not pass, as a problem.' });

export const releaseGate =
  (deps: ReleaseGateRoutes): FastifyPluginAsyncZod =>
  async (app) => {
    app.get(
      '/runs/:run_id/release-gate',
      {
        config: { permission: 'gate:read', waits: true },
        schema: {
          operationId: 'checkReleaseGate',
          summary: 'May this run be released?',
          description:
            'The gate passes only if the run is `succeeded` and at least one of its artifacts has an SBOM, SLSA ' +
            'provenance and a risk assessment. Each call evaluates it anew. With `Prefer: wait=N` (RFC 7240), the ' +
            'response waits up to N seconds (0 to 60) while content of the run is still to be read, to be read ' +
            'again after an upgrade or, if the gate requires verified flags, to be verified again.',
          tags: ['Release gate'],
          params: RunParams,
          querystring: ReleaseGateQuery,
          response: {
            ...answers(200, 'The verdict, passed or not.', ReleaseGateResult),
            ...answers(409, 'With `enforce=true`: the verdict is not a pass.', BlockedProblem, PROBLEM_TYPE),
            ...refusals('run_not_found'),
          },
        },
      },
      async (request, reply) => {
        const stores = deps.storesFor(request);
        const seconds = preferredWait(request.headers) ?? 0;
        const { run_id } = request.params;
        const verification = askedFor(() => deps.trust.asked(request, run_id));
        const judge = async () => {
          const evidence = await stores.runs.evidence(run_id);
          const input = gateInput(evidence, deps.trust.judging(), deps.now());
          const result = checkReleaseGate(input, DEFAULT_RULES, ruleFailed(request.log));
          const stale = !result.passed && isStale(input);
          return { result, stale, waits: stale || result.details.pending_artifacts > 0 };
        };
        const look = async () => {
          const found = await (seconds > 0 ? deps.together(request, `gate ${run_id}`, judge) : judge());
          verification.lookedAt(found.stale);
          return found;
        };
        const revision = () => stores.runs.revision(run_id);
        const waiting = {
          nextChange(ms: number) {
            verification.askAgain();
            return deps.nextChange(request, run_id, ms);
          },
          async revision() {
            const seen = await deps.together(request, `revision ${run_id}`, revision);
            return `${deps.trust.judging().trust} ${seen}`;
          },
          readiness: deps.readiness,
        };
        const { result, waits } = await settled(waiting, request, seconds, look, (found) => found.waits);
        if (waits) reply.header('retry-after', RETRY_AFTER);
        if (request.query.enforce !== 'true' || result.passed) return reply.send(result);
        const blocked = { ...problem('release_blocked', result.message, request.id), ...result };
        reply.problemCode = 'release_blocked';
        return reply.code(409).type(PROBLEM_TYPE).send(blocked);
      },
    );
  };

/**
 * How often a gate that waits asks for what is stale. It may be leased by a process that has died,
 * or the last attempt may have failed, and who asks comes before all others.
 */
const ASK_AGAIN_MS = 1_000;

function askedFor(ask: () => void) {
  let askedAt: number | null = null;
  const asks = () => {
    askedAt = performance.now();
    ask();
  };
  return {
    lookedAt(isStale: boolean): void {
      if (isStale) asks();
      else askedAt = null;
    },
    askAgain(): void {
      if (askedAt !== null && performance.now() - askedAt >= ASK_AGAIN_MS) asks();
    },
  };
}
