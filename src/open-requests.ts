// What a server that closes waits for. Counted from its connections, so that requests cost nothing.
import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

export type Open = {
  /** Requests that are not answered yet. */
  requests: number;
  /** Those of them whose body is still arriving. */
  uploads: number;
};

const connections = new WeakMap<Server, Set<Socket>>();

/** Counts the connections of a server from now on. */
export function countConnections(server: Server): Server {
  const sockets = new Set<Socket>();
  connections.set(server, sockets);
  return server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
}

/** What is open at these servers now. */
export function openRequests(servers: readonly Server[]): Open {
  const open: Open = { requests: 0, uploads: 0 };
  for (const socket of servers.flatMap((server) => [...(connections.get(server) ?? [])])) {
    // Node's own note of the answer that a connection is owed.
    const owed = (socket as Socket & { _httpMessage?: ServerResponse | null })._httpMessage;
    if (owed === undefined || owed === null) continue;
    open.requests += 1;
    if (!owed.req.complete) open.uploads += 1;
  }
  return open;
}
