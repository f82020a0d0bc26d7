// Receives request bodies into memory. A slow sender takes no place among the files being read, and
// no memory that others need.
import type { Readable } from 'node:stream';
import { MaestroError } from '../domain/errors.ts';

export type ArrivalLimits = {
  /** Of one body. */
  readonly maxBytes: number;
  /** Of all unfinished bodies together: at least twice `maxBytes`. */
  readonly totalBytes: number;
  /** Longest time without a byte. */
  readonly idleMs: number;
};

export type Arrivals = {
  /**
   * All bytes of `source`. When memory runs short, the body that has been arriving the longest is
   * refused. Throws `body_too_large`, `request_timeout` if no byte arrives for too long,
   * `overloaded` if its memory went to another body, and `malformed_request` if the source ends
   * early.
   */
  receive(source: Readable): Promise<Buffer>;
  /** How many bytes unfinished bodies hold. */
  bytes(): number;
};

// Bodies are copied into blocks: chunks of one byte each would take a hundred times their size.
const BLOCK = 64 * 1024;

/** A body on its way. */
type Body = { readonly blocks: Buffer[]; length: number; refuse(error: MaestroError): void };

type State = {
  readonly limits: ArrivalLimits;
  /** In the order in which they came. */
  readonly bodies: Set<Body>;
  /** The bytes of all their blocks. */
  held: number;
};

export function arrivals(limits: ArrivalLimits): Arrivals {
  const state: State = { limits, bodies: new Set(), held: 0 };
  return {
    bytes: () => state.held,
    receive: (source) => receive(state, source),
  };
}

function receive(state: State, source: Readable): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const body: Body = {
      blocks: [],
      length: 0,
      refuse(error) {
        stop();
        reject(error);
      },
    };
    const tooSlow = () => body.refuse(new MaestroError('request_timeout', 'The file took too long to arrive'));
    const cutOff = () => body.refuse(new MaestroError('malformed_request', 'The request ended before its body did'));
    const idle = setTimeout(tooSlow, state.limits.idleMs);
    const listeners = {
      data(chunk: Buffer) {
        idle.refresh();
        take(state, body, chunk);
      },
      end() {
        stop();
        resolve(Buffer.concat(body.blocks, body.length));
      },
      error: cutOff,
      close: cutOff,
    };
    const stop = () => {
      clearTimeout(idle);
      letGo(state, body);
      for (const [event, listener] of Object.entries(listeners)) source.off(event, listener);
      // The rest of a refused body is received and discarded: otherwise the sender could not read
      // the answer.
      source.on('error', () => {}).resume();
    };
    state.bodies.add(body);
    for (const [event, listener] of Object.entries(listeners)) source.on(event, listener);
  });
}

function take(state: State, body: Body, chunk: Buffer): void {
  const { maxBytes } = state.limits;
  if (body.length + chunk.length > maxBytes) {
    body.refuse(new MaestroError('body_too_large', `The file is larger than the limit of ${maxBytes} bytes`));
    return;
  }
  for (let from = 0; from < chunk.length; ) {
    const at = body.length % BLOCK;
    if (at === 0) makeRoom(state, body);
    const copied = chunk.copy(body.blocks.at(-1) as Buffer, at, from);
    body.length += copied;
    from += copied;
  }
}

// The bodies that came first are refused first.
function makeRoom(state: State, body: Body): void {
  state.held += BLOCK;
  for (const other of state.bodies) {
    if (state.held <= state.limits.totalBytes) break;
    if (other !== body)
      other.refuse(new MaestroError('overloaded', 'The file arrived too slowly while others were waiting; try again'));
  }
  body.blocks.push(Buffer.allocUnsafeSlow(BLOCK));
}

function letGo(state: State, body: Body): void {
  if (state.bodies.delete(body)) state.held -= body.blocks.length * BLOCK;
}
