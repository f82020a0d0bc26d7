// How a connection is closed when its request was answered before all of it was read. Closing a
// socket with unread bytes sends a reset, which destroys the answer before the caller has read it.
// So a FIN follows the answer, and what still arrives is read and discarded until the caller
// closes, within limits (RFC 9112, section 9.6).
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

export type LingerLimits = {
  /** Most bytes discarded for one connection. */
  bytes: number;
  /** Longest time after the answer, in milliseconds. */
  ms: number;
  /** Most connections at once; further ones are closed without lingering. */
  connections: number;
};

export type Lingering = {
  /**
   * Watches a request from before it is handled, and lingers if it is answered before its body was
   * read.
   */
  watch(request: IncomingMessage, response: ServerResponse): void;
  /** Sends a FIN after what was written, and discards what arrives. */
  linger(socket: Socket): void;
  /** The same, after the current answer was sent. Nothing is read until then. */
  lingerAfter(response: ServerResponse, socket: Socket): void;
};

export function lingering(limits: LingerLimits): Lingering {
  const open = new Set<Socket>();
  const linger = (socket: Socket) => {
    if (socket.destroyed || open.has(socket)) return;
    if (open.size >= limits.connections) {
      socket.end(() => socket.destroy());
      return;
    }
    open.add(socket);
    const timer = setTimeout(() => socket.destroy(), limits.ms);
    socket.once('close', () => {
      clearTimeout(timer);
      open.delete(socket);
    });
    socket.end();
    socket.resume();
    // The parser may have paused the socket, and resumes it in the meantime.
    setImmediate(throwAway, socket, limits.bytes);
  };
  return {
    linger,
    lingerAfter(response, socket) {
      socket.pause();
      // Without this, the end of its body would let the connection be kept alive.
      if (response.headersSent) response.shouldKeepAlive = false;
      else response.setHeader('connection', 'close');
      response.prependOnceListener('finish', () => instead(socket, linger));
      response.once('finish', () => linger(socket));
    },
    watch: (request, response) => watch(request, response, linger),
  };
}

function watch(request: IncomingMessage, response: ServerResponse, linger: Lingering['linger']): void {
  if (!hasBody(request)) return;
  // A connection is reused only after a whole request was read: otherwise nobody knows where the
  // next one begins.
  const { shouldKeepAlive } = response;
  response.shouldKeepAlive = false;
  request.once('end', () => {
    response.shouldKeepAlive = shouldKeepAlive;
  });
  response.prependOnceListener('finish', () => {
    if (!request.readableEnded) instead(request.socket, linger);
  });
}

// Node's own `finish` listener closes by `destroySoon`.
function instead(socket: Socket, linger: Lingering['linger']): void {
  socket.destroySoon = () => linger(socket);
}

/** Whether bytes of a body follow the header section. */
function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

// Node's parser stops listening, so that nothing after this is parsed as a request.
function throwAway(socket: Socket, bytes: number): void {
  let left = bytes;
  socket.removeAllListeners('data');
  socket.on('data', (chunk) => {
    left -= chunk.length;
    if (left < 0) socket.destroy();
  });
}
