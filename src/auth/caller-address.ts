// The address of a caller, behind proxies that are trusted.
import { BlockList, isIP, SocketAddress } from 'node:net';

/** Why a text is no address or network; null if it is one. */
export function networkFault(text: string): string | null {
  const [address = '', bits, ...more] = text.split('/');
  const family = isIP(address);
  const most = family === 4 ? 32 : 128;
  const isNetwork = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most);
  if (family !== 0 && isNetwork && more.length === 0) return null;
  return `must be IP addresses and networks such as 10.0.0.0/8, separated by commas: '${text}' is none`;
}

/**
 * Returns a function that names the caller of a request by the address of its socket, and by
 * `X-Forwarded-For` where the socket is that of a trusted proxy: the last address in it that is not
 * trusted. What stands before that one was sent by the caller.
 */
export function callerAddresses(
  proxies: readonly string[],
): (socket: string | undefined, forwarded?: string) => string {
  const trusted = new BlockList();
  for (const network of proxies) {
    const [address = '', bits] = network.split('/');
    const family = isIP(address) === 4 ? 'ipv4' : 'ipv6';
    if (bits === undefined) trusted.addAddress(address, family);
    else trusted.addSubnet(address, Number(bits), family);
  }
  const isTrusted = (address: string) => trusted.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6');
  return (socket = '', forwarded) => {
    if (forwarded === undefined || isIP(socket) === 0 || !isTrusted(socket)) return socket;
    const hops = forwarded.split(',').map((hop) => hop.trim());
    if (hops.some((hop) => isIP(hop) === 0)) return socket;
    return hops.findLast((hop) => !isTrusted(hop)) ?? hops[0] ?? socket;
  };
}

/**
 * What counts as one caller: an IPv4 address, or the first 64 bits of an IPv6 address, as a caller
 * has all of the rest.
 */
export function callerGroup(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined || isIP(address) !== 6) return mapped ?? address;
  const { address: plain } = new SocketAddress({ address: address.replace(/%.*$/, ''), family: 'ipv6' });
  const [head = '', tail] = plain.split('::');
  const groups = head === '' ? [] : head.split(':');
  const rest = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : 8 - groups.length - rest.length;
  return [...groups, ...Array<string>(Math.max(zeros, 0)).fill('0'), ...rest].slice(0, 4).join(':');
}
