import { expect, it } from 'vitest';
import { cameThrough } from '../../src/auth/came-through.ts';

const HOST = 'localhost:8001';
const of = (headers: Record<string, string>, url = '/maestro/runs') => cameThrough()({ url, headers })?.code;

it('a request straight from this machine is let through', () => {
  for (const host of [HOST, '127.0.0.1:8001', '[::1]:8001', 'api.localhost', 'LOCALHOST', 'localhost.'])
    expect(of({ host, 'user-agent': 'curl', 'x-request-id': 'x' }), host).toBeUndefined();
  expect(of({})).toBeUndefined();
});

it.each([
  ...['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-forwarded-'],
  ...['x-forwarded-anything', 'x-real-ip'],
])('one with %s came through a proxy, whatever it holds', (name) => {
  for (const value of ['', '127.0.0.1']) expect(of({ host: HOST, [name]: value })).toBe('authentication_not_chosen');
});

it.each(['maestro.example.com', 'localhost.example.com', '10.0.0.1:8001', '127.0.0.1.evil.example', '', '['])(
  'one for the host %j did, too, also after one for a local host',
  (host) => {
    const check = cameThrough();
    expect(check({ url: '/', headers: { host: HOST } })).toBeUndefined();
    expect(check({ url: '/', headers: { host } })?.code).toBe('authentication_not_chosen');
    expect(check({ url: '/', headers: { host: HOST } })).toBeUndefined();
  },
);

it('the host in the target counts where it is a URL', () => {
  expect(of({ host: HOST }, 'http://maestro.example.com/maestro/runs')).toBe('authentication_not_chosen');
  expect(of({ host: HOST }, 'http://localhost:8001/maestro/runs')).toBeUndefined();
  expect(of({ host: 'maestro.example.com' }, 'http://localhost:8001/maestro/runs')).toBe('authentication_not_chosen');
  expect(of({ host: HOST }, 'http://localhost@maestro.example.com/')).toBe('authentication_not_chosen');
});

it('the refusal says how to choose', () => {
  const refusal = cameThrough()({ url: '/', headers: { via: '1.1 proxy' } });
  expect(refusal?.message).toMatch(/AUTH=required.*AUTH=none/);
});
