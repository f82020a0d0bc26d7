// Failed sign-ins are counted by address: whoever guesses learns less, and scripts with a wrong token
// notice. A right credential is never refused by it.
import { MaestroError } from '../domain/errors.ts';
import { boundedMap } from './bounded-map.ts';

const MOST_A_MINUTE = 20;
const MINUTE_MS = 60_000;
const MOST_ADDRESSES = 10_000;

export type FailedSignIns = {
  /** Counts a wrong credential from an address. Returns what it is answered with. */
  refusal(address: string, refused: MaestroError): MaestroError;
  /** How many addresses are remembered. */
  size(): number;
};

export function failedSignIns(now: () => Date): FailedSignIns {
  const counts = boundedMap<string, { since: number; count: number }>(MOST_ADDRESSES);
  return {
    refusal(address, refused) {
      const at = now().getTime();
      const known = counts.get(address);
      if (known === undefined || at - known.since >= MINUTE_MS || at < known.since) {
        counts.set(address, { since: at, count: 1 });
        return refused;
      }
      known.count += 1;
      return known.count > MOST_A_MINUTE ? TOO_MANY : refused;
    },
    size: counts.size,
  };
}

const TOO_MANY = new MaestroError(
  'too_many_sign_ins',
  `More than ${MOST_A_MINUTE} wrong credentials came from your address within a minute; a right one is still accepted`,
);
