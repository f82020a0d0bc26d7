import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ANONYMOUS } from '../../src/domain/event/actor.ts';
import type { MaestroEvent } from '../../src/domain/event/maestro-event.ts';
import type { Run } from '../../src/domain/run/run.ts';
import { declaredFlags } from '../domain/rows.ts';
import { fault } from './fault.ts';
import { findOrder, type Model, type Timed } from './linearizability.ts';
import { type Answer, type Command, type Exchange, runModel } from './run-model.ts';

type Register = Timed & ({ write: number } | { read: number } | { addUpTo: number; added: boolean });

/** One number that is read, written, and added to up to a bound. */
const REGISTER: Model<number, Register> = {
  initial: 0,
  mayChange: (one) => 'write' in one || ('added' in one && one.added),
  step(state, one) {
    if ('write' in one) return one.write;
    if ('read' in one) return one.read === state ? state : null;
    if (state < one.addUpTo !== one.added) return null;
    return one.added ? state + 1 : state;
  },
  key: String,
};

/** The same question, answered by trying every order there is. */
function someOrderFits(left: readonly Register[], state: number): boolean {
  if (left.length === 0) return true;
  return left.some((one) => {
    const others = left.filter((other) => other !== one);
    const after = others.some(({ returned }) => returned < one.invoked) ? null : REGISTER.step(state, one);
    return after !== null && someOrderFits(others, after);
  });
}

const anyNumber = fc.constantFrom(0, 1, 2);
const anyAction = fc.oneof(
  fc.record({ write: anyNumber }),
  fc.record({ read: anyNumber }),
  fc.record({ addUpTo: anyNumber, added: fc.boolean() }),
);
const anyHistory: fc.Arbitrary<Register[]> = fc.array(
  fc
    .tuple(anyAction, fc.nat({ max: 9 }), fc.integer({ min: 1, max: 6 }))
    .map(([action, start, length]) => ({ ...action, invoked: start, returned: start + length + 0.5 })),
  { maxLength: 6 },
);

describe('the search for an order', () => {
  it('finds one exactly where trying every order does', () => {
    const found = { true: 0, false: 0 };
    fc.assert(
      fc.property(anyHistory, (history) => {
        const result = findOrder(history, REGISTER);
        found[`${result.found}`] += 1;
        expect(result.found).toBe(someOrderFits(history, 0));
      }),
      { numRuns: 5_000 },
    );
    expect(found.true).toBeGreaterThan(500);
    expect(found.false).toBeGreaterThan(500);
  });

  it('gives an order that fits, holds each operation once and keeps what came one after another', () => {
    fc.assert(
      fc.property(anyHistory, (history) => {
        const result = findOrder(history, REGISTER);
        fc.pre(result.found);
        const { order, final } = result as Extract<typeof result, { found: true }>;
        expect(order).toHaveLength(history.length);
        expect(new Set(order)).toEqual(new Set(history));
        expect(
          order.reduce<number | null>((state, one) => (state === null ? null : REGISTER.step(state, one)), 0),
        ).toBe(final);
        for (const [place, one] of order.entries()) {
          expect(order.slice(place + 1).some(({ returned }) => returned < one.invoked)).toBe(false);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});

const PENDING: Run = {
  id: 'run-1',
  name: 'build 1',
  owner: 'team-a',
  started_at: '2026-01-31T10:00:00.000Z',
  finished_at: null,
  status: 'pending',
  cost_estimate: null,
  cost_actual: null,
  related_entity_ids: [],
  related_decision_ids: [],
  metadata: {},
};
const FINISHED_AT = '2026-01-31T10:30:00.000Z';
const SUCCEEDED: Run = { ...PENDING, status: 'succeeded', finished_at: FINISHED_AT };
const FAILED: Run = { ...PENDING, status: 'failed', finished_at: FINISHED_AT };

const ARTIFACT = {
  id: 'artifact-1',
  run_id: 'run-1',
  kind: 'other' as const,
  path_or_uri: 's3://builds/1',
  content_hash: null,
  created_at: '2026-01-31T10:05:00.000Z',
  metadata_json: {
    sbom_present: true,
    slsa_provenance_present: true,
    risk_assessment_present: true,
    additional_metadata: {},
  },
  about: [],
  content: null,
  evidence: null,
};

function exchange(invoked: number, returned: number, command: Command, status: number, body: object): Exchange {
  return { id: `request-${invoked}`, command, answer: { status, body: body as Answer['body'] }, invoked, returned };
}

const problem = (code: string) => ({ type: `urn:maestro:problem:${code}` });
const BEGIN = exchange(1, 2, { kind: 'createRun', body: { name: 'build 1', owner: 'team-a' } }, 201, PENDING);
const read = (invoked: number, returned: number, run: Run) =>
  exchange(invoked, returned, { kind: 'getRun', run_id: 'run-1' }, 200, run);
const update = (invoked: number, returned: number, changes: Partial<Run>, answer: Run) =>
  exchange(
    invoked,
    returned,
    { kind: 'updateRun', run_id: 'run-1', body: { status: changes.status, metadata: changes.metadata } },
    200,
    answer,
  );
const attach = (invoked: number, returned: number) =>
  exchange(
    invoked,
    returned,
    {
      kind: 'createArtifact',
      body: { run_id: 'run-1', kind: 'other', path_or_uri: 's3://builds/1', metadata_json: ARTIFACT.metadata_json },
    },
    201,
    ARTIFACT,
  );
const passed = (invoked: number, returned: number) =>
  exchange(invoked, returned, { kind: 'getGate', run_id: 'run-1' }, 200, {
    run_id: 'run-1',
    passed: true,
    message: 'Release gate passed: 1 compliant artifact(s) found',
    details: {
      run_id: 'run-1',
      artifact_count: 1,
      status: 'succeeded',
      minimum_level: 'asserted',
      total_artifacts: 1,
      compliant_artifacts: 1,
      compliant_artifact_ids: ['artifact-1'],
      compliant: [{ artifact_id: 'artifact-1', kind: 'other', path_or_uri: 's3://builds/1', flags: declaredFlags() }],
      pending_artifacts: 0,
      reasons: [],
      artifacts: [],
    },
  });
const listed = (invoked: number, returned: number, artifacts: object[]) =>
  exchange(invoked, returned, { kind: 'listArtifacts', run_id: 'run-1' }, 200, artifacts);
const conflict = (invoked: number, returned: number, status: Run['status']) =>
  exchange(
    invoked,
    returned,
    { kind: 'updateRun', run_id: 'run-1', body: { status } },
    409,
    problem('invalid_status_transition'),
  );

const orders = (history: Exchange[]) => findOrder(history, runModel(2)).found;

describe('a history of a run is impossible where', () => {
  it.each<[string, Exchange[]]>([
    ['a read misses an update that was acknowledged', [BEGIN, update(3, 4, SUCCEEDED, SUCCEEDED), read(5, 6, PENDING)]],
    ['a read knows an update that comes later', [BEGIN, read(3, 4, SUCCEEDED), update(5, 6, SUCCEEDED, SUCCEEDED)]],
    [
      'two reads see one update come and go',
      [BEGIN, update(3, 9, SUCCEEDED, SUCCEEDED), read(4, 5, SUCCEEDED), read(6, 7, PENDING)],
    ],
    [
      'two final statuses are both acknowledged',
      [BEGIN, update(3, 9, SUCCEEDED, SUCCEEDED), update(4, 8, FAILED, FAILED)],
    ],
    ['a run leaves its final status', [BEGIN, update(3, 4, SUCCEEDED, SUCCEEDED), update(5, 6, FAILED, FAILED)]],
    ['a move is refused that nothing stood against', [BEGIN, conflict(3, 4, 'succeeded')]],
    [
      'one of two updates is lost',
      [
        BEGIN,
        update(3, 4, { metadata: { a: 1 } }, { ...PENDING, metadata: { a: 1 } }),
        update(5, 6, { status: 'succeeded' }, SUCCEEDED),
      ],
    ],
    [
      'the gate passes before there is an artifact',
      [BEGIN, update(3, 4, SUCCEEDED, SUCCEEDED), passed(5, 6), attach(7, 8)],
    ],
    [
      'the gate passes before the run has succeeded',
      [BEGIN, attach(3, 4), passed(5, 6), update(7, 8, SUCCEEDED, SUCCEEDED)],
    ],
    ['the gate passes a run that nobody marked as succeeded', [BEGIN, attach(3, 4), passed(5, 6)]],
    ['an artifact that was acknowledged is not listed', [BEGIN, attach(3, 4), listed(5, 6, [])]],
    ['an artifact is listed twice', [BEGIN, attach(3, 4), listed(5, 6, [ARTIFACT, ARTIFACT])]],
    ['two artifacts have one id', [BEGIN, attach(3, 4), attach(5, 6)]],
    [
      'a run is unknown after its creation was acknowledged',
      [BEGIN, exchange(3, 4, { kind: 'getRun', run_id: 'run-1' }, 404, problem('run_not_found'))],
    ],
    ['something is read that nobody wrote', [BEGIN, read(3, 4, { ...PENDING, owner: 'team-b' })]],
    [
      'a run is created with another name',
      [{ ...BEGIN, answer: { status: 201, body: { ...PENDING, name: 'other' } } }],
    ],
  ])('%s', (_what, history) => {
    expect(orders(history)).toBe(false);
  });
});

describe('a history of a run is possible where', () => {
  it.each<[string, Exchange[]]>([
    ['a read during an update sees it', [BEGIN, update(3, 9, SUCCEEDED, SUCCEEDED), read(4, 5, SUCCEEDED)]],
    ['a read during an update does not see it', [BEGIN, update(3, 9, SUCCEEDED, SUCCEEDED), read(4, 5, PENDING)]],
    [
      'one of two conflicting updates is refused',
      [BEGIN, conflict(3, 9, 'failed'), update(4, 8, SUCCEEDED, SUCCEEDED)],
    ],
    [
      'the gate passes while the artifact is being attached',
      [BEGIN, update(3, 4, SUCCEEDED, SUCCEEDED), attach(5, 9), passed(6, 7)],
    ],
    [
      'the later of two updates under way takes effect first',
      [
        BEGIN,
        update(3, 9, { metadata: { a: 1 } }, { ...SUCCEEDED, metadata: { a: 1 } }),
        update(4, 8, { status: 'succeeded' }, SUCCEEDED),
      ],
    ],
    [
      'a run is unknown while it is being created',
      [{ ...BEGIN, returned: 9 }, exchange(3, 4, { kind: 'getRun', run_id: 'run-1' }, 404, problem('run_not_found'))],
    ],
  ])('%s', (_what, history) => {
    expect(orders(history)).toBe(true);
  });
});

describe('the events of a history', () => {
  const FIRST = update(3, 4, { metadata: { a: 1 } }, { ...PENDING, metadata: { a: 1 } });
  const SECOND = update(5, 6, { metadata: { a: 2 } }, { ...PENDING, metadata: { a: 2 } });
  const SAME_AGAIN = { ...SECOND, id: 'request-7', invoked: 7, returned: 8 };
  const history = [BEGIN, FIRST, SECOND, SAME_AGAIN];
  const event = (of: Exchange, changes: object): MaestroEvent =>
    ({
      id: `event of ${of.id}`,
      at: FINISHED_AT,
      request_id: of.id,
      actor: ANONYMOUS,
      run_id: 'run-1',
      data: of.answer.body,
      ...changes,
    }) as MaestroEvent;
  const created = event(BEGIN, { type: 'run.created' });
  const first = event(FIRST, { type: 'run.updated', changed: ['metadata'] });
  const second = event(SECOND, { type: 'run.updated', changed: ['metadata'] });
  const idle = event(SAME_AGAIN, { type: 'run.updated', changed: [] });

  it('may tell of each change once, in its order, and of nothing else', () => {
    expect(fault({ exchanges: history, events: [created, first, second] }, 2)).toBeNull();
  });

  it.each<[string, MaestroEvent[]]>([
    ['one is missing', [created, second]],
    ['the last is missing', [created, first]],
    ['there are none', []],
    ['one comes twice', [created, first, first, second]],
    ['the last comes twice under another id', [created, first, second, { ...second, id: 'other' }]],
    ['two have changed places', [created, second, first]],
    ['one tells of an update that changed nothing', [created, first, second, idle]],
    ['one tells of another row than was answered', [created, { ...first, data: PENDING } as MaestroEvent, second]],
    ['one names the wrong fields', [created, { ...first, changed: ['status'] } as MaestroEvent, second]],
    [
      'one tells of an end where the run goes on',
      [created, { ...first, type: 'run.finished' } as MaestroEvent, second],
    ],
    ['one tells of another run', [created, first, { ...second, run_id: 'run-2' }]],
    ['one belongs to no request', [created, first, { ...second, request_id: 'other' }]],
  ])('are at fault where %s', (_what, events) => {
    expect(fault({ exchanges: history, events }, 2)).not.toBeNull();
  });
});
