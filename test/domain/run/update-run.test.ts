import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MaestroError } from '../../../src/domain/errors.ts';
import { Run, RunStatus, UpdateRunRequest } from '../../../src/domain/run/run.ts';
import { updateRun } from '../../../src/domain/run/update-run.ts';
import { anyStatus, aRun, STAMP } from '../rows.ts';

const FINISHED_AT = '2026-01-31T10:20:00.000Z';
const TERMINAL: readonly RunStatus[] = ['succeeded', 'failed', 'cancelled'];
const ALLOWED: Record<RunStatus, readonly RunStatus[]> = {
  pending: ['pending', 'running', 'succeeded', 'failed', 'cancelled'],
  running: ['running', 'succeeded', 'failed', 'cancelled'],
  succeeded: ['succeeded'],
  failed: ['failed'],
  cancelled: ['cancelled'],
};

const inStatus = (status: RunStatus) =>
  aRun({ status, finished_at: TERMINAL.includes(status) ? FINISHED_AT : null, cost_actual: 1, metadata: { a: 1 } });

function refusal(act: () => unknown): MaestroError {
  try {
    act();
  } catch (error) {
    if (error instanceof MaestroError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('the moves between statuses', () => {
  const moves = RunStatus.options.flatMap((from) =>
    RunStatus.options.map((to) => ({ from, to, allowed: ALLOWED[from].includes(to) })),
  );

  it('are 25, of which 12 are allowed', () => {
    expect(moves).toHaveLength(25);
    expect(moves.filter(({ allowed }) => allowed)).toHaveLength(12);
  });

  it.each(moves.filter(({ allowed, from, to }) => allowed && from !== to))('lead from $from to $to', ({ from, to }) => {
    const change = updateRun(inStatus(from), { status: to }, STAMP);
    expect(change?.run.status).toBe(to);
    expect(change?.run.finished_at).toBe(TERMINAL.includes(to) ? STAMP.at : null);
    expect(change?.event).toMatchObject({
      type: TERMINAL.includes(to) ? 'run.finished' : 'run.updated',
      changed: TERMINAL.includes(to) ? ['status', 'finished_at'] : ['status'],
    });
  });

  it.each(RunStatus.options)('leave %s as it is where the same status comes again', (status) => {
    expect(updateRun(inStatus(status), { status }, STAMP)).toBeNull();
  });

  it.each(moves.filter(({ allowed }) => !allowed))('never lead from $from to $to', ({ from, to }) => {
    const run = inStatus(from);
    const { code, message } = refusal(() => updateRun(run, { status: to, cost_actual: 2 }, STAMP));
    expect(code).toBe('invalid_status_transition');
    expect(message).toBe(`A run that is '${from}' cannot become '${to}'`);
    expect(run).toEqual(inStatus(from));
  });
});

describe('the finish time', () => {
  it.each(TERMINAL)('is the time of the update where a run becomes %s without one', (status) => {
    expect(updateRun(aRun(), { status }, STAMP)?.run.finished_at).toBe(STAMP.at);
    expect(updateRun(aRun(), { status, finished_at: null }, STAMP)?.run.finished_at).toBe(STAMP.at);
  });

  it.each([
    ['2025-11-22T10:30:00.123456', '2025-11-22T10:30:00.123Z'],
    ['2025-11-22T10:30:00+02:00', '2025-11-22T08:30:00.000Z'],
  ])('is the one reported, %s, in UTC with milliseconds', (reported, written) => {
    const change = updateRun(aRun({ status: 'running' }), { status: 'failed', finished_at: reported }, STAMP);
    expect(change?.run.finished_at).toBe(written);
  });

  it.each([
    ['2026-01-31T10:35:00.001Z', '2026-01-31T10:30:00.000Z'],
    ['2026-01-31T14:00:00+03:00', '2026-01-31T10:30:00.000Z'],
    ['9999-12-31T23:59:59Z', '2026-01-31T10:30:00.000Z'],
  ])('is refused where it is more than 5 minutes from now: %s at %s', (finished_at, at) => {
    const { code, errors } = refusal(() => updateRun(aRun(), { status: 'failed', finished_at }, { ...STAMP, at }));
    expect(code).toBe('validation_failed');
    expect(errors).toMatchObject([
      { in: 'body', pointer: '/finished_at', detail: expect.stringMatching(/^is in the future: /) },
    ]);
  });

  it('may be up to 5 minutes from now, as clocks differ', () => {
    const update = { status: 'failed', finished_at: '2026-01-31T10:35:00.000Z' } as const;
    expect(updateRun(aRun(), update, STAMP)?.run.finished_at).toBe(update.finished_at);
  });

  it('of an existing row that is in the future may come again', () => {
    const finished_at = '9999-01-01T00:00:00.000Z';
    expect(updateRun(aRun({ status: 'failed', finished_at }), { status: 'failed', finished_at }, STAMP)).toBeNull();
  });

  it.each([
    ['pending', {}],
    ['running', {}],
    ['pending', { status: 'running' }],
    ['running', { status: 'running' }],
  ] as const)('is refused while the run is %s and stays unfinished by %j', (status, request) => {
    const update = { ...request, finished_at: FINISHED_AT };
    const { code, errors } = refusal(() => updateRun(aRun({ status }), update, STAMP));
    expect(code).toBe('validation_failed');
    expect(errors).toEqual([
      {
        in: 'body',
        pointer: '/finished_at',
        detail: `must not be set while the run is '${'status' in request ? request.status : status}'`,
      },
    ]);
  });

  it.each(TERMINAL)('of a %s run does not change any more', (status) => {
    const { code } = refusal(() => updateRun(inStatus(status), { finished_at: '2026-01-31T10:20:00.001Z' }, STAMP));
    expect(code).toBe('run_finished');
  });

  it.each(TERMINAL)('of a %s run may come again, written in any way', (status) => {
    for (const finished_at of [FINISHED_AT, '2026-01-31T11:20:00.000999+01:00', '2026-01-31T10:20:00']) {
      expect(updateRun(inStatus(status), { status, finished_at }, STAMP)).toBeNull();
    }
  });

  it('outlives later updates of other fields', () => {
    const change = updateRun(inStatus('succeeded'), { cost_actual: 7, metadata: { b: 2 } }, STAMP);
    expect(change?.run).toMatchObject({ status: 'succeeded', finished_at: FINISHED_AT, cost_actual: 7 });
    expect(change?.event).toMatchObject({ type: 'run.updated', changed: ['cost_actual', 'metadata'] });
  });
});

describe('an update', () => {
  it.each([
    ['empty', {}],
    ['all null', { status: null, finished_at: null, cost_actual: null, metadata: null }],
    ['what the run has', { status: 'running', cost_actual: 1, metadata: { a: 1 } }],
  ])('that is %s changes nothing and makes no event', (_what, request) => {
    expect(updateRun(inStatus('running'), UpdateRunRequest.parse(request), STAMP)).toBeNull();
  });

  it('replaces the whole metadata and takes an empty one', () => {
    expect(updateRun(inStatus('pending'), { metadata: { b: 2 } }, STAMP)?.run.metadata).toEqual({ b: 2 });
    expect(updateRun(inStatus('pending'), { metadata: {} }, STAMP)?.run.metadata).toEqual({});
  });

  it('takes a new order of metadata keys as a change, as metadata is kept as sent', () => {
    const run = aRun({ metadata: { a: 1, b: 2 } });
    expect(updateRun(run, { metadata: { b: 2, a: 1 } }, STAMP)?.event).toMatchObject({ changed: ['metadata'] });
  });

  it('takes a cost of 0 for a cost', () => {
    expect(updateRun(inStatus('running'), { cost_actual: 0 }, STAMP)?.run.cost_actual).toBe(0);
  });
});

const FIELDS = ['status', 'finished_at', 'cost_actual', 'metadata'] as const;
const anyUpdate = fc
  .record(
    {
      status: fc.option(anyStatus),
      finished_at: fc.option(fc.constantFrom(FINISHED_AT, '2026-01-31T09:00:00', '2026-01-31T12:00:00.1234+02:00')),
      cost_actual: fc.option(fc.constantFrom(0, 1, 2.5)),
      metadata: fc.option(fc.constantFrom({}, { a: 1 }, { a: [1, { b: null }] })),
    },
    { requiredKeys: [] },
  )
  .map((request) => UpdateRunRequest.parse(request));

describe('any sequence of updates', () => {
  it('never leaves a terminal status, changes what it says it changes, and nothing else', () => {
    fc.assert(
      fc.property(anyStatus, fc.array(anyUpdate, { maxLength: 12 }), (status, updates) => {
        let run = inStatus(status);
        for (const [step, request] of updates.entries()) {
          const before = structuredClone(run);
          const stamp = { ...STAMP, id: `event-${step}`, at: new Date(1_769_900_000_000 + step).toISOString() };
          const after = attempt(run, request, stamp);
          expect(run).toEqual(before);
          if (TERMINAL.includes(run.status)) {
            expect(after).toMatchObject({ status: run.status, finished_at: run.finished_at });
          }
          expect(after.finished_at !== null).toBe(TERMINAL.includes(after.status));
          expect(Run.parse(after)).toEqual(after);
          run = after;
        }
      }),
      { numRuns: 500 },
    );
  });

  function attempt(run: Run, request: UpdateRunRequest, stamp: typeof STAMP): Run {
    try {
      const change = updateRun(run, request, stamp);
      if (change === null) return run;
      const changed = FIELDS.filter((field) => JSON.stringify(change.run[field]) !== JSON.stringify(run[field]));
      const kept = ({ status: _s, finished_at: _f, cost_actual: _c, metadata: _m, ...rest }: Run) => rest;
      expect(changed).not.toHaveLength(0);
      const finishes = TERMINAL.includes(change.run.status) && !TERMINAL.includes(run.status);
      const type = finishes ? 'run.finished' : 'run.updated';
      expect(change.event).toEqual({ ...stamp, type, run_id: run.id, data: change.run, changed });
      expect(kept(change.run)).toEqual(kept(run));
      return change.run;
    } catch (error) {
      if (!(error instanceof MaestroError)) throw error;
      expect(['invalid_status_transition', 'run_finished', 'validation_failed']).toContain(error.code);
      return run;
    }
  }
});
