import { expect, it } from 'vitest';
import { clientAddress } from '../../src/auth/client-address.ts';
import { readNetworks } from '../../src/auth/networks.ts';

const behind = clientAddress(readNetworks('10.0.0.0/8,fd00::/8') ?? []);
const of = (remoteAddress: string, forwardedFor?: string) => behind({ remoteAddress, forwardedFor });

it('the address is that of the connection, unless a trusted proxy sent it', () => {
  expect(of('192.0.2.1')).toBe('192.0.2.1');
  expect(of('192.0.2.1', '198.51.100.7')).toBe('192.0.2.1');
  expect(clientAddress([])({ remoteAddress: '10.0.0.1', forwardedFor: '198.51.100.7' })).toBe('10.0.0.1');
});

it('behind trusted proxies it is the rightmost that is none of theirs: the caller may have written the rest', () => {
  expect(of('10.0.0.1', '198.51.100.7')).toBe('198.51.100.7');
  expect(of('::ffff:10.0.0.1', '203.0.113.9, 198.51.100.7,10.0.0.2')).toBe('198.51.100.7');
  expect(of('fd00::1', '1.1.1.1,2001:db8:1:2:3:4:5:6')).toBe('2001:db8:1:2::/64');
});

it('it is that of the connection where the header says nothing that can be read', () => {
  for (const header of ['', 'unknown', '198.51.100.7:4711', '10.0.0.2', 'evil,10.0.0.2', '198.51.100.7,'])
    expect(of('10.0.0.1', header), header).toBe('10.0.0.1');
});

it('all addresses of an IPv6 network count as one, and IPv4 in IPv6 as what it carries', () => {
  expect(of('2001:db8::1')).toBe('2001:db8:0:0::/64');
  expect(of('2001:DB8:0:0:ffff::1')).toBe('2001:db8:0:0::/64');
  expect(of('2001:db8:0:1::1')).toBe('2001:db8:0:1::/64');
  expect(of('fe80::1%eth0')).toBe('fe80:0:0:0::/64');
  expect(of('::1')).toBe('0:0:0:0::/64');
  expect(of('::ffff:192.0.2.1')).toBe('192.0.2.1');
  expect(of('')).toBe('');
});
