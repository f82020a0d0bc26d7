import { expect, it } from 'vitest';
import { call, testApp } from '../helper.ts';

const RUN = '{"name":"n","owner":"o"}';

async function send(status: number, headers: Record<string, string>) {
  return (await call(await testApp(), status, { method: 'POST', url: '/maestro/runs', payload: RUN, headers })).json();
}

it.each([
  'application/json',
  'Application/JSON',
  'application/json; charset=utf-8',
  'application/json;charset="UTF-8" ',
])('a body is taken as %s', async (type) => {
  expect(await send(201, { 'content-type': type })).toMatchObject({ name: 'n' });
});

it.each([
  [{ 'content-type': 'application/json; charset=latin1' }, ['/content-type']],
  [{ 'content-type': 'application/json; version=1' }, ['/content-type']],
  [{ 'content-type': 'application/json', 'content-encoding': 'gzip' }, ['/content-encoding']],
  [{ 'content-type': 'application/json;x', 'content-encoding': 'br' }, ['/content-type', '/content-encoding']],
])('a body with %j is refused, and each bad header is named', async (headers, pointers) => {
  const { errors } = await send(415, headers as unknown as Record<string, string>);
  expect(errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual(pointers);
});
