// Requests written byte by byte to a socket, and their answers.
import { once } from 'node:events';
import type { Socket } from 'node:net';

export const RUN = '{"name":"build","owner":"team"}';
export const POST_RUN = `POST /maestro/runs HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${RUN.length}\r\n`;

/** Sends a request, and reads the answer until the connection is closed. */
export async function exchange(socket: Socket, request: string) {
  let raw = '';
  socket.setEncoding('utf8').on('data', (data) => {
    raw += data;
  });
  socket.on('error', () => {});
  socket.write(request);
  if (!socket.closed) await once(socket, 'close');
  const [headers = '', body = ''] = raw.split('\r\n\r\n');
  return { raw, headers: headers.toLowerCase(), status: Number(raw.slice(9, 12)), body: parsed(body) };
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}
