// A credential that was verified, and how long that is relied on.
import type { Principal } from './principal.ts';

/** It is relied on from `from` until before `until`, both in Unix time in milliseconds. */
export type Verified = {
  readonly principal: Principal;
  /** The API token that it is, whose use is noted; null for others. */
  readonly tokenId: string | null;
  readonly from: number;
  readonly until: number;
};

/** Also false if the clock was set back. */
export function isReliable({ from, until }: Verified, at: number): boolean {
  return at >= from && at < until;
}
