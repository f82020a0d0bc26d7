// Judges what concurrent clients saw and what the store recorded of it.
import { isDeepStrictEqual } from 'node:util';
import type { MaestroEvent } from '../../src/domain/event/maestro-event.ts';
import { findOrder, type Model } from './linearizability.ts';
import { type Exchange, runModel, type State } from './run-model.ts';

export type Trial = { exchanges: Exchange[]; events: readonly MaestroEvent[] };

/** Null where some order of the commands explains every answer and every event; else what cannot be. */
export function fault({ exchanges, events }: Trial, maxArtifacts: number): string | null {
  const model = runModel(maxArtifacts);
  const answers = findOrder(exchanges, model);
  if (!answers.found) return `No order explains the answers.\n${told(answers.explained, answers.stuck)}`;
  if (new Set(events.map(({ id }) => id)).size < events.length) return 'An event came twice.';
  const both = findOrder(exchanges, withEvents(model, events));
  if (!both.found) return `No order explains the answers and the events.\n${told(both.explained, both.stuck)}`;
  const made = Object.values(both.final.next).reduce((sum, changes) => sum + changes, 0);
  return made === events.length ? null : `${made} changes were made, ${events.length} events recorded.`;
}

type Told = { state: State; next: Readonly<Record<string, number>> };

/** The model in which a change of a run must be the one that the next event of that run tells of. */
function withEvents(model: Model<State, Exchange>, events: readonly MaestroEvent[]): Model<Told, Exchange> {
  const ofRun = (id: string) => events.filter(({ run_id }) => run_id === id);
  const byRun = new Map(events.map(({ run_id }) => [run_id, ofRun(run_id)]));
  const recorded = new Set(events.map(({ request_id }) => request_id));
  return {
    initial: { state: model.initial, next: {} },
    mayChange: model.mayChange,
    step(told, exchange) {
      const state = model.step(told.state, exchange);
      if (state === null) return null;
      if (state === told.state) return recorded.has(exchange.id) ? null : told;
      const run_id = runOf(exchange);
      const place = told.next[run_id] ?? 0;
      const event = byRun.get(run_id)?.[place];
      if (event === undefined || !tells(event, exchange, told.state, state)) return null;
      return { state, next: { ...told.next, [run_id]: place + 1 } };
    },
    key: ({ state }) => model.key(state),
  };
}

function runOf({ command, answer }: Exchange): string {
  return String(command.kind === 'createRun' || command.kind === 'updateRun' ? answer.body.id : answer.body.run_id);
}

const UPDATABLE = ['status', 'finished_at', 'cost_actual', 'metadata'] as const;

function tells(event: MaestroEvent, { id, command, answer }: Exchange, before: State, after: State): boolean {
  if (event.request_id !== id || !isDeepStrictEqual(event.data, answer.body)) return false;
  switch (event.type) {
    case 'run.created':
      return command.kind === 'createRun';
    case 'artifact.created':
      return command.kind === 'createArtifact' && event.artifact_id === answer.body.id;
    case 'disclosure_pack.created':
      return command.kind === 'createPack' && event.pack_id === answer.body.id;
    case 'artifact.content_stored':
    case 'artifact.evidence_requested':
    case 'artifact.evidence_read':
    case 'artifact.evidence_verified':
    case 'run.deleted':
      return false;
    case 'run.updated':
    case 'run.finished': {
      const [old, now] = [before.runs[event.run_id], after.runs[event.run_id]];
      const changed = UPDATABLE.filter((field) => !isDeepStrictEqual(old?.[field], now?.[field]));
      const finishes = old?.finished_at === null && now?.finished_at !== null;
      if (finishes !== (event.type === 'run.finished')) return false;
      return command.kind === 'updateRun' && isDeepStrictEqual([...event.changed], changed);
    }
  }
}

function told(explained: readonly Exchange[], stuck: readonly Exchange[]): string {
  const line = ({ id, command, answer, invoked, returned }: Exchange) =>
    `  [${invoked}-${returned}] ${id} ${JSON.stringify(command)} -> ${answer.status} ${JSON.stringify(answer.body)}`;
  return ['Explained:', ...explained.map(line), 'None of these can be next:', ...stuck.map(line)].join('\n');
}
