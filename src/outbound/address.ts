// Which addresses requests may go to. An address is checked when the connection is made: a name
// that was looked up before can mean another address by then (DNS rebinding).
import { BlockList, isIP, isIPv4 } from 'node:net';

/** `local` is this machine; `private` a network of one's own; `reserved` what no server has. */
export type AddressKind = 'public' | 'private' | 'local' | 'reserved';

/** Whether the host name of a URL is this machine: `localhost`, or a loopback address. */
export function isLoopbackName(hostname: string): boolean {
  return /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname);
}

/** The kind of an IP address; null if the text is none. */
export function addressKind(address: string): AddressKind | null {
  const family = isIP(address);
  if (family === 0) return null;
  const type = family === 4 ? 'ipv4' : 'ipv6';
  for (const [kind, list] of KINDS) if (list.check(address, type)) return kind;
  return embeddedKind(address) ?? 'public';
}

const KINDS: readonly (readonly [AddressKind, BlockList])[] = [
  ['local', listOf('127.0.0.0/8', '::1/128')],
  ['private', listOf('10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7')],
  [
    'reserved',
    // IANA's registries of special-purpose addresses (RFC 6890), cloud metadata (169.254.169.254)
    // among them.
    listOf(
      ...['0.0.0.0/8', '169.254.0.0/16', '192.0.0.0/24', '192.0.2.0/24', '192.88.99.0/24', '198.18.0.0/15'],
      ...['198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4'],
      ...[
        '::/128',
        '100::/64',
        '2001::/23',
        '2001:db8::/32',
        '3fff::/20',
        '5f00::/16',
        'fe80::/10',
        'fec0::/10',
        'ff00::/8',
      ],
    ),
  ],
];

function listOf(...networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits] = network.split('/');
    list.addSubnet(address, Number(bits), isIPv4(address) ? 'ipv4' : 'ipv6');
  }
  return list;
}

// IPv6 addresses that carry an IPv4 address are of the kind of that one: NAT64 (RFC 6052) and 6to4
// (RFC 3056). BlockList itself takes IPv4-mapped ones for what they carry.
function embeddedKind(address: string): AddressKind | null {
  if (isIPv4(address)) return null;
  const groups = groupsOf(address);
  if (groups[0] === 0x64 && groups[1] === 0xff9b) return addressKind(ipv4Of(groups[6], groups[7]));
  if (groups[0] === 0x2002) return addressKind(ipv4Of(groups[1], groups[2]));
  // IPv4-compatible (deprecated by RFC 4291).
  if (groups.slice(0, 6).every((group) => group === 0)) return addressKind(ipv4Of(groups[6], groups[7]));
  return null;
}

const ipv4Of = (high = 0, low = 0) => [high >> 8, high & 0xff, low >> 8, low & 0xff].join('.');

// The URL parser writes every form of an IPv6 address in one way, without dots.
function groupsOf(address: string): number[] {
  const text = new URL(`http://[${address.replace(/%.*$/, '')}]`).hostname.slice(1, -1);
  const [head = '', tail] = text.split('::');
  const numbers = (part: string) => (part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16)));
  const [before, after] = [numbers(head), numbers(tail ?? '')];
  return [...before, ...new Array<number>(8 - before.length - after.length).fill(0), ...after];
}
