import { describe, expect, it } from 'vitest';
import { type AddressKind, addressKind, isLoopbackName } from '../../src/outbound/address.ts';

const OF: Record<AddressKind, string[]> = {
  public: [
    '1.1.1.1',
    '140.82.112.3',
    '172.15.255.255',
    '172.32.0.0',
    '2606:4700:4700::1111',
    '64:ff9b::101:101',
    '2002:101:101::',
  ],
  private: [
    '10.0.0.1',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '100.64.0.1',
    'fd00::1',
    '::ffff:10.0.0.1',
    '64:ff9b::a00:1',
    '2002:a00:1::1',
    '::10.0.0.1',
  ],
  local: [
    '127.0.0.1',
    '127.9.9.9',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '0:0:0:0:0:0:0:1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
  ],
  reserved: [
    '0.0.0.0',
    '169.254.169.254',
    '::ffff:169.254.169.254',
    '64:ff9b::a9fe:a9fe',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    'fe80::1',
    'fe80::1%eth0',
    'ff02::1',
    '2001:db8::1',
    '192.0.2.1',
  ],
};

describe('an address', () => {
  it.each(Object.entries(OF).flatMap(([kind, all]) => all.map((address) => [address, kind])))(
    '%s is %s',
    (address, kind) => {
      expect(addressKind(address)).toBe(kind);
    },
  );

  it.each(['', 'localhost', '127.1', '0x7f000001', '2130706433', '1.1.1.1 ', '[::1]'])('%j is none', (text) => {
    expect(addressKind(text)).toBeNull();
  });
});

describe('the host name of a URL', () => {
  it.each(['localhost', '127.0.0.1', '127.8.9.10', '[::1]'])('%s is this machine', (hostname) => {
    expect(isLoopbackName(hostname)).toBe(true);
  });

  it.each(['localhost.example.com', '127.0.0.1.evil.example', 'a.localhost', '10.0.0.1', '[::ffff:127.0.0.1]', ''])(
    '%s is not',
    (hostname) => {
      expect(isLoopbackName(hostname)).toBe(false);
    },
  );
});
