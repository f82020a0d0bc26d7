import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { listen } from '../../src/http/listen.ts';
import { SETTINGS, testApp, testDeps } from '../helper.ts';
import { exchange, POST_RUN, RUN } from './raw-request.ts';

describe('listening on localhost', () => {
  it('fails where either address is taken, rather than leave half of the callers to another', async () => {
    const other = createServer();
    other.listen(0, '::1');
    await once(other, 'listening');
    const taken = (other.address() as AddressInfo).port;
    const second = await testApp();
    await expect(listen(second as never, 'localhost', taken, SETTINGS.http, testDeps())).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
    await second.close();
    other.close();
  });

  it.each(['127.0.0.1', '::1'])('answers on %s what has begun to arrive when the server closes', async (host) => {
    const own = await testApp();
    const { url, close } = await listen(own as never, 'localhost', 0, SETTINGS.http, testDeps());
    const socket = connect(Number(new URL(url).port), host);
    await once(socket, 'connect');
    const answer = exchange(socket, `${POST_RUN}connection: close\r\n\r\n${RUN.slice(0, 9)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
    const closing = close();
    await new Promise((resolve) => setTimeout(resolve, 50));
    socket.write(RUN.slice(9));
    expect(await answer).toMatchObject({ status: 201 });
    await closing;
  });

  it('ends on both addresses when the server closes', async () => {
    const own = await testApp();
    const { url: text, close } = await listen(own as never, 'localhost', 0, SETTINGS.http, testDeps());
    const url = new URL(text);
    await close();
    for (const host of ['127.0.0.1', '::1']) {
      const socket = connect(Number(url.port), host);
      await expect(once(socket, 'connect')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    }
  });

  it('on any other host is on that alone', async () => {
    const own = await testApp();
    const url = new URL((await listen(own as never, '127.0.0.1', 0, SETTINGS.http, testDeps())).url);
    expect(url.hostname).toBe('127.0.0.1');
    await expect(once(connect(Number(url.port), '::1'), 'connect')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await own.close();
  });
});
