// The one client for requests to elsewhere: no redirects, bounded in size and time, and the address
// is checked when the connection is made.
import { lookup as resolve } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { Agent, request } from 'undici';
import { type AddressKind, addressKind, isLoopbackName } from './address.ts';

export type OutboundRules = {
  /** Whether a request may go to an address of that kind. */
  allows(kind: AddressKind): boolean;
  /** For the whole exchange, in milliseconds. */
  maxMs: number;
  /** Of the body of an answer. */
  maxBytes: number;
};

export type Outbound = {
  /**
   * The bytes of a 200 answer to a GET. Throws an error of one line for any other answer, a redirect
   * included, for too many bytes, for an address that is not allowed, and when the time is up.
   */
  get(url: string): Promise<Buffer>;
  close(): Promise<void>;
};

export function openOutbound({ allows, maxMs, maxBytes }: OutboundRules): Outbound {
  const check = (address: string) => {
    const kind = addressKind(address);
    if (kind === null || !allows(kind)) throw new Error(`${address} is an address that requests may not go to`);
  };
  const agent = new Agent({
    connect: { lookup: checkedLookup(check), timeout: maxMs },
    pipelining: 0,
    maxResponseSize: maxBytes,
    // A kept connection was checked when it was made.
    keepAliveTimeout: 1_000,
  });
  return {
    async get(url) {
      checkUrl(url, check, allows);
      const answer = await request(url, {
        dispatcher: agent,
        signal: AbortSignal.timeout(maxMs),
        headers: { accept: 'application/json' },
      });
      if (answer.statusCode !== 200) {
        await answer.body.dump();
        throw new Error(`${new URL(url).host} answered ${answer.statusCode} where 200 is expected`);
      }
      return Buffer.from(await answer.body.arrayBuffer());
    },
    close: () => agent.close(),
  };
}

// A name is looked up below; an address in the URL is not.
function checkUrl(url: string, check: (address: string) => void, allows: OutboundRules['allows']): void {
  const { protocol, hostname, username, password } = new URL(url);
  if (username !== '' || password !== '') throw new Error('The URL holds a user or a password');
  const isSafe = protocol === 'https:' || (protocol === 'http:' && allows('local') && isLoopbackName(hostname));
  if (!isSafe) throw new Error(`The URL must be https; http is taken for loopback only, not for ${hostname}`);
  const address = hostname.replace(/^\[|\]$/g, '');
  if (isIP(address) !== 0) check(address);
}

/** Looks a name up and refuses it if any of its addresses is refused. */
function checkedLookup(check: (address: string) => void): LookupFunction {
  return (hostname, options, done) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return done(error, '', 0);
      try {
        for (const { address } of addresses) check(address);
      } catch (refusal) {
        return done(refusal as NodeJS.ErrnoException, '', 0);
      }
      if (options.all === true) return done(null, addresses);
      const [first] = addresses;
      return done(
        first === undefined ? new Error(`${hostname} has no address`) : null,
        first?.address ?? '',
        first?.family,
      );
    });
  };
}
