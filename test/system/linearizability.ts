// Is there an order of concurrent operations that explains every answer? The search of Wing and Gong (1993), which Lowe
// (2017) gave a memory.

/** One operation as its caller saw it: it took effect at some point between the two ticks of one clock, if at all. */
export type Timed = { readonly invoked: number; readonly returned: number };

export type Model<State, Operation> = {
  initial: State;
  /** False for an operation that, with the answer seen, changes nothing in any state. */
  mayChange(operation: Operation): boolean;
  /** The state after an operation with the answer seen: the very same one where nothing changes, null where that answer cannot be. */
  step(state: State, operation: Operation): State | null;
  /** Equal for states that cannot be told apart, once the same operations have been done. */
  key(state: State): string;
};

export type Found<State, Operation> =
  | { found: true; order: Operation[]; final: State }
  /** The longest order that could be explained, and those of which none can come next. */
  | { found: false; explained: Operation[]; stuck: Operation[] };

/** Looks for an order that fits the model and in which no operation comes before one that had returned when it began. */
export function findOrder<State, Operation extends Timed>(
  operations: readonly Operation[],
  model: Model<State, Operation>,
): Found<State, Operation> {
  const history = [...operations].sort((a, b) => a.invoked - b.invoked);
  const done: boolean[] = history.map(() => false);
  const order: number[] = [];
  const seen = new Set<string>();
  let longest: { explained: number[]; stuck: number[] } = { explained: [], stuck: [] };
  let final = model.initial;

  const at = (index: number): Operation => history[index] as Operation;
  const undo = (length: number) => {
    for (const index of order.splice(length)) done[index] = false;
  };
  const take = (index: number) => {
    done[index] = true;
    order.push(index);
  };

  // One that may come next, fits now and never changes anything is best taken now: an order with it later would do as
  // well without it, so nothing is lost.
  function takeReads(state: State): number[] {
    for (;;) {
      const next = candidates(history, done);
      const read = next.find((index) => !model.mayChange(at(index)) && model.step(state, at(index)) !== null);
      if (read === undefined) return next;
      take(read);
    }
  }

  function search(state: State): boolean {
    const length = order.length;
    const next = takeReads(state);
    if (next.length === 0) {
      final = state;
      return true;
    }
    if (order.length >= longest.explained.length) longest = { explained: [...order], stuck: next };
    const place = `${done.map(Number).join('')} ${model.key(state)}`;
    if (!seen.has(place)) {
      seen.add(place);
      for (const index of next) {
        const after = model.step(state, at(index));
        if (after === null || !model.mayChange(at(index))) continue;
        const mark = order.length;
        take(index);
        if (search(after)) return true;
        undo(mark);
      }
    }
    undo(length);
    return false;
  }

  if (search(model.initial)) return { found: true, order: order.map(at), final };
  return { found: false, explained: longest.explained.map(at), stuck: longest.stuck.map(at) };
}

// Those that may come next: no other one that is left had returned when they began.
function candidates(history: readonly Timed[], done: readonly boolean[]): number[] {
  const next: number[] = [];
  let firstReturn = Number.POSITIVE_INFINITY;
  for (let index = done.indexOf(false); index >= 0 && index < history.length; index += 1) {
    const { invoked, returned } = history[index] as Timed;
    if (invoked > firstReturn) break;
    if (done[index]) continue;
    next.push(index);
    firstReturn = Math.min(firstReturn, returned);
  }
  return next;
}
