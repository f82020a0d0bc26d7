// How a connection ends whose request was answered before all of it was read. Closing a socket with bytes unread sends a
// reset, which destroys the answer before the caller has read it. So the answer is followed by a FIN, and what still
// comes is read and thrown away until the caller closes, within limits (RFC 9112, section 9.6).
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

export type LingerLimits = {
  /** Bytes that are thrown away for one connection. */
  bytes: number;
  /** Milliseconds from the answer on. */
  ms: number;
  /** Connections at once; one more is closed without lingering. */
  connections: number;
};

export type Lingering = {
  /** Follows a request from before it is handled, and lingers where it is answered before its body was read. */
  watch(request: IncomingMessage, response: ServerResponse): void;
  /** Sends a FIN behind what was written, and throws away what comes. */
  linger(socket: Socket): void;
  /** The same, once an answer that is under way was sent. Nothing is read until then. */
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
    // The parser, which may have paused the socket, starts it again in the meantime.
    setImmediate(throwAway, socket, limits.bytes);
  };
  return {
    linger,
    lingerAfter(response, socket) {
      socket.pause();
      // The end of its body, which is still to be seen, would let it be kept again.
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
  // A connection is used again only after all of a request was read: nobody else knows where the next one begins.
  const { shouldKeepAlive } = response;
  response.shouldKeepAlive = false;
  request.once('end', () => {
    response.shouldKeepAlive = shouldKeepAlive;
  });
  response.prependOnceListener('finish', () => {
    if (!request.readableEnded) instead(request.socket, linger);
  });
}

// In its own listener of `finish` Node closes by `destroySoon`.
function instead(socket: Socket, linger: Lingering['linger']): void {
  socket.destroySoon = () => linger(socket);
}

/** Whether bytes of a body follow the header section. */
function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

// Node's parser stops listening, so that nothing that follows is taken for a request.
function throwAway(socket: Socket, bytes: number): void {
  let left = bytes;
  socket.removeAllListeners('data');
  socket.on('data', (chunk) => {
    left -= chunk.length;
    if (left < 0) socket.destroy();
  });
}
