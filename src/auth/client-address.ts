// The address of a caller, by which failed sign-ins are counted.
import { isIP, isIPv4 } from 'node:net';
import { inNetworks, type Network } from './networks.ts';

/** What is known of a connection: the address of its other end, and the `X-Forwarded-For` of the request. */
export type Connection = { readonly remoteAddress: string; readonly forwardedFor: string | undefined };

/**
 * Returns the address of the caller, as `failed-sign-ins.ts` counts it. `X-Forwarded-For` counts
 * where a trusted proxy sent it, from the right up to the first address that is none of theirs:
 * what stands left of that, the caller may have written.
 */
export function clientAddress(trusted: readonly Network[]): (connection: Connection) => string {
  const isTrusted = inNetworks(trusted);
  return ({ remoteAddress, forwardedFor }) => {
    if (forwardedFor === undefined || !isTrusted(remoteAddress)) return counted(remoteAddress);
    for (const hop of forwardedFor.split(',').reverse()) {
      const address = hop.trim();
      if (isIP(address) === 0) break;
      if (!isTrusted(address)) return counted(address);
    }
    return counted(remoteAddress);
  };
}

const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;
const GROUPS_OF_64_BITS = 4;

// Who has one IPv6 address has its whole /64.
function counted(address: string): string {
  const [, mapped] = MAPPED.exec(address) ?? [];
  if (mapped !== undefined) return mapped;
  if (isIP(address) === 0 || isIPv4(address)) return address;
  return `${prefixOf(address)}::/64`;
}

// The URL parser writes every form of an IPv6 address in one way.
function prefixOf(address: string): string {
  const text = new URL(`http://[${address.replace(/%.*$/, '')}]`).hostname.slice(1, -1);
  const [head = '', tail] = text.split('::');
  const groups = (part: string) => (part === '' ? [] : part.split(':'));
  const [before, after] = [groups(head), groups(tail ?? '')];
  const zeros = new Array<string>(8 - before.length - after.length).fill('0');
  return [...before, ...zeros, ...after].slice(0, GROUPS_OF_64_BITS).join(':');
}
