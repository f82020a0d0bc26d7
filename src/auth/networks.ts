// IP networks in CIDR notation (RFC 4632, RFC 4291).
import { BlockList, isIP } from 'node:net';

export type Network = { readonly address: string; readonly bits: number; readonly family: 'ipv4' | 'ipv6' };

/** The networks of a list separated by commas; null if one of them is not valid. */
export function readNetworks(text: string): Network[] | null {
  const networks = text.split(',').map((one) => readNetwork(one.trim()));
  return networks.includes(null) ? null : (networks as Network[]);
}

function readNetwork(text: string): Network | null {
  const [, address = '', length] = /^([^/%]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const family = isIP(address);
  if (family === 0) return null;
  const longest = family === 4 ? 32 : 128;
  const bits = length === undefined ? longest : Number(length);
  return bits > longest ? null : { address, bits, family: family === 4 ? 'ipv4' : 'ipv6' };
}

/** Returns whether an IP address is in one of the networks. Other text is in none. */
export function inNetworks(networks: readonly Network[]): (address: string) => boolean {
  const list = new BlockList();
  for (const { address, bits, family } of networks) list.addSubnet(address, bits, family);
  return (address) => {
    const family = isIP(address);
    return family !== 0 && list.check(address, family === 4 ? 'ipv4' : 'ipv6');
  };
}
