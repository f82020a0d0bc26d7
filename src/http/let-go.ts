// Connections of servers that close: which are waited for, and for how long.
import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Stop } from './stopping.ts';

export type Open = {
  /** Requests that are not answered yet. */
  requests: number;
  /** Those of them whose body is still arriving. */
  uploads: number;
};

const EVERY_MS = 100;

/** A connection that has said nothing for so long says nothing for now. Node takes it for one that is busy. */
const SILENT_MS = 1_000;

/** Time between the last answers and the end of whatever is still open: enough to read them. */
const CUT_MS = 1_500;

/** Follows the connections of `server` from now on. */
export function connectionsOf(server: Server) {
  const open = new Map<Socket, number>();
  server.on('connection', (socket) => {
    open.set(socket, performance.now());
    socket.once('close', () => open.delete(socket));
  });
  return {
    size: () => open.size,
    requests: () => requestsOf([...open.keys()]),
    /** Closes connections that are kept for a request to come. */
    letGo() {
      server.closeIdleConnections();
      const before = performance.now() - SILENT_MS;
      for (const [socket, since] of open) if (socket.bytesRead === 0 && since < before) socket.destroy();
    },
    cut() {
      for (const socket of open.keys()) socket.destroy();
    },
  };
}

export type Connections = ReturnType<typeof connectionsOf>;

/** What servers that close wait for. Counted from their connections, so that requests cost nothing. */
export function openAt(of: readonly Connections[]): Open {
  const owed = of.flatMap((connections) => connections.requests());
  return { requests: owed.length, uploads: owed.filter(({ complete }) => !complete).length };
}

// The requests whose answer a connection is owed, as Node notes them.
function requestsOf(sockets: readonly Socket[]) {
  return sockets.flatMap((socket) => {
    const owed = (socket as Socket & { _httpMessage?: ServerResponse | null })._httpMessage;
    return owed ? [owed.req] : [];
  });
}

/** Runs `close`, which waits until every connection has ended, and ends those that nothing is waited for on, and all soon after the stop is over. */
export async function closing(of: readonly Connections[], { over }: Stop, close: () => Promise<unknown>) {
  const idle = setInterval(() => {
    for (const connections of of) connections.letGo();
  }, EVERY_MS);
  let cut: NodeJS.Timeout | undefined;
  const soon = () => {
    cut = setTimeout(() => {
      for (const connections of of) connections.cut();
    }, CUT_MS);
  };
  if (over.aborted) soon();
  over.addEventListener('abort', soon);
  try {
    await close();
  } finally {
    clearInterval(idle);
    clearTimeout(cut);
    over.removeEventListener('abort', soon);
  }
}
