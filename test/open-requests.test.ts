import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { countConnections, openRequests } from '../src/open-requests.ts';

const answers: ServerResponse[] = [];
const server = countConnections(createServer((_request, response) => answers.push(response)));

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

it('counts the requests that are not answered, and those whose body is still arriving', async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  expect(openRequests([server])).toEqual({ requests: 0, uploads: 0 });
  open(port, '');
  open(port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  open(port, 'PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc');
  const upload = open(port, 'PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\na');
  await expect.poll(() => openRequests([server])).toEqual({ requests: 3, uploads: 1 });
  upload.write('bc');
  await expect.poll(() => answers.length).toBe(3);
  for (const answer of answers) answer.req.resume();
  await expect.poll(() => openRequests([server])).toEqual({ requests: 3, uploads: 0 });
  answers[0]?.end();
  await expect.poll(() => openRequests([server])).toEqual({ requests: 2, uploads: 0 });
  upload.destroy();
  await expect.poll(() => openRequests([server]).requests).toBe(1);
});

it('counts nothing of a server that it does not know', () => {
  expect(openRequests([createServer()])).toEqual({ requests: 0, uploads: 0 });
});

function open(port: number, text: string) {
  const socket = connect(port, '127.0.0.1').on('error', () => {});
  socket.write(text);
  return socket;
}
