import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { expect, it } from 'vitest';
import { closing, connectionsOf, openAt } from '../../src/http/let-go.ts';
import { stopping } from '../../src/http/stopping.ts';

const GET = 'GET / HTTP/1.1\r\nhost: x\r\n\r\n';

async function started(answer: boolean) {
  const server = createServer((_request, response) => {
    if (answer) response.end('answer');
  });
  const connections = connectionsOf(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, connections };
}

async function open(server: Server, bytes = ''): Promise<Socket> {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.on('error', () => {}).resume();
  await once(socket, 'connect');
  if (bytes !== '') socket.write(bytes);
  return socket;
}

const closed = (server: Server) => () => new Promise((resolve) => server.close(resolve));

it('connections that wait for a request, were they used or not, do not hold up a close', async () => {
  const { server, connections } = await started(true);
  const used = await open(server, GET);
  await once(used, 'data');
  const silent = await open(server);
  await expect.poll(connections.size).toBe(2);
  const stop = stopping(600_000);
  stop.begin();
  await closing([connections], stop, closed(server));
  await expect.poll(() => [used.closed, silent.closed]).toEqual([true, true]);
  expect(stop.over.aborted).toBe(false);
});

it('a request that is under way is waited for', async () => {
  const { server, connections } = await started(false);
  const asked = once(server, 'request');
  const socket = await open(server, GET);
  const [, response] = await asked;
  const stop = stopping(600_000);
  let isClosed = false;
  const end = closing([connections], stop, closed(server)).then(() => {
    isClosed = true;
  });
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  expect(isClosed).toBe(false);
  response.end('late');
  const [data] = await once(socket, 'data');
  expect(String(data)).toContain('late');
  await end;
});

it.each([
  ['half a header section', 'GET / HTTP/1.1\r\nho'],
  ['a request that is never answered', GET],
])('%s is cut off soon after the stop is over', async (_what, bytes) => {
  const { server, connections } = await started(false);
  const socket = await open(server, bytes);
  await expect.poll(connections.size).toBe(1);
  const stop = stopping(100);
  stop.begin();
  await closing([connections], stop, closed(server));
  await expect.poll(() => socket.closed).toBe(true);
  expect(connections.size()).toBe(0);
});

it('a close that begins when the stop is over ends all the same', async () => {
  const { server, connections } = await started(false);
  await open(server, GET);
  const stop = stopping(0);
  stop.begin();
  await expect.poll(() => stop.over.aborted).toBe(true);
  await closing([connections], stop, closed(server));
});

it('counts the requests that are not answered, and those whose body is still arriving', async () => {
  const { server, connections } = await started(false);
  const answers: ServerResponse[] = [];
  server.on('request', (_request, response: ServerResponse) => answers.push(response));
  const counted = () => openAt([connections]);
  expect(counted()).toEqual({ requests: 0, uploads: 0 });
  await open(server);
  await open(server, GET);
  await open(server, 'PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc');
  const upload = await open(server, 'PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\na');
  await expect.poll(counted).toEqual({ requests: 3, uploads: 1 });
  upload.write('bc');
  await expect.poll(() => answers.length).toBe(3);
  for (const answer of answers) answer.req.resume();
  await expect.poll(counted).toEqual({ requests: 3, uploads: 0 });
  answers[0]?.end();
  await expect.poll(counted).toEqual({ requests: 2, uploads: 0 });
  upload.destroy();
  await expect.poll(() => counted().requests).toBe(1);
  connections.cut();
  server.close();
});
