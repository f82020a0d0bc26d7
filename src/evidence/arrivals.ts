// Bodies on their way into memory. A slow sender holds neither a place among those that are read nor, where others need it, memory.
import type { Readable } from 'node:stream';
import { MaestroError } from '../domain/errors.ts';

export type ArrivalLimits = {
  /** Of one body. */
  readonly maxBytes: number;
  /** Of all that have not come whole yet: twice `maxBytes` at least. */
  readonly totalBytes: number;
  /** Longest time without a byte. */
  readonly idleMs: number;
};

export type Arrivals = {
  /**
   * All bytes of `source`. Where there is no room for what comes, the body that has been on its way longest is refused. Throws
   * `body_too_large`, `request_timeout` where no byte comes for too long, `overloaded` where its room went to another, and `malformed_request`
   * where the source ends before its time.
   */
  receive(source: Readable): Promise<Buffer>;
  /** How many bytes are held for bodies that have not come whole yet. */
  bytes(): number;
};

// Copied into blocks: chunks of a byte each would take a hundred times their size.
const BLOCK = 64 * 1024;

type Body = { readonly blocks: Buffer[]; length: number; refuse(error: MaestroError): void };

export function arrivals(limits: ArrivalLimits): Arrivals {
  // The one that came first is the first.
  const bodies = new Set<Body>();
  let held = 0;

  function makeRoom(body: Body): void {
    held += BLOCK;
    for (const other of bodies) {
      if (held <= limits.totalBytes) break;
      if (other !== body)
        other.refuse(
          new MaestroError('overloaded', 'The file arrived too slowly while others were waiting; try again'),
        );
    }
    body.blocks.push(Buffer.allocUnsafeSlow(BLOCK));
  }

  function take(body: Body, chunk: Buffer): void {
    if (body.length + chunk.length > limits.maxBytes) {
      body.refuse(
        new MaestroError('body_too_large', `The file is larger than the ${limits.maxBytes} bytes that are read`),
      );
      return;
    }
    for (let from = 0; from < chunk.length; ) {
      const at = body.length % BLOCK;
      if (at === 0) makeRoom(body);
      const copied = chunk.copy(body.blocks.at(-1) as Buffer, at, from);
      body.length += copied;
      from += copied;
    }
  }

  function letGo(body: Body): void {
    if (bodies.delete(body)) held -= body.blocks.length * BLOCK;
  }

  return {
    bytes: () => held,
    receive: (source) =>
      new Promise<Buffer>((resolve, reject) => {
        const idle = setTimeout(
          () => body.refuse(new MaestroError('request_timeout', 'The file took too long to arrive')),
          limits.idleMs,
        );
        const stop = () => {
          clearTimeout(idle);
          letGo(body);
          for (const [event, listener] of Object.entries(listeners)) source.off(event, listener);
          // What is refused may still come, unread: its sender would not get to read the answer otherwise.
          source.on('error', () => {}).resume();
        };
        const body: Body = {
          blocks: [],
          length: 0,
          refuse(error) {
            stop();
            reject(error);
          },
        };
        const listeners = {
          data(chunk: Buffer) {
            idle.refresh();
            take(body, chunk);
          },
          end() {
            stop();
            resolve(Buffer.concat(body.blocks, body.length));
          },
          error: () => body.refuse(cutOff()),
          close: () => body.refuse(cutOff()),
        };
        bodies.add(body);
        for (const [event, listener] of Object.entries(listeners)) source.on(event, listener);
      }),
  };
}

const cutOff = () => new MaestroError('malformed_request', 'The request ended before its body did');
