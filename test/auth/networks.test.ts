import { expect, it } from 'vitest';
import { inNetworks, readNetworks } from '../../src/auth/networks.ts';

const within = (text: string) => inNetworks(readNetworks(text) ?? []);

it('a network holds its addresses, and an address is a network of one', () => {
  const isIn = within('10.0.0.0/8, 192.0.2.7,fd00::/8');
  for (const address of ['10.0.0.1', '10.255.255.255', '192.0.2.7', 'fd12::1', '::ffff:10.1.2.3'])
    expect(isIn(address), address).toBe(true);
  for (const address of ['11.0.0.1', '192.0.2.8', 'fe80::1', '::1', '', 'localhost', '10.0.0.1:80', '10.0.0'])
    expect(isIn(address), address).toBe(false);
});

it('no network holds nothing', () => {
  expect(inNetworks([])('127.0.0.1')).toBe(false);
});

it.each([
  '',
  ' ',
  ',',
  '10.0.0.0/8,',
  '10.0.0.0/33',
  '::/129',
  '10.0.0.0/',
  '10.0.0.0/-1',
  '10.0.0.0/8/8',
  'proxy',
  '10.1',
])('a list with %j in it is not valid', (text) => {
  expect(readNetworks(text)).toBeNull();
  expect(readNetworks(`127.0.0.1,${text}`)).toBeNull();
});
