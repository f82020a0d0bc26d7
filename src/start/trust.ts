// Opens the trust policy, reloads it at SIGHUP, and logs both.
import { readFileSync } from 'node:fs';
import type { CurrentTrust } from '../trust/current.ts';
import { noTrust } from '../trust/no-trust.ts';
import { trustInWords } from '../trust/trust-in-words.ts';
import { now } from './clock.ts';
import type { Config } from './config.ts';
import type { Write } from './host.ts';
import { systemReason } from './setting-faults.ts';

type Settings = Pick<Config, 'TRUST_FILE'>;
type Log = { info: Write; warn: Write; error: Write };

/** Throws an error of one line if the trust file cannot be used. */
export async function openTrustFile({ TRUST_FILE }: Settings): Promise<CurrentTrust> {
  if (TRUST_FILE === undefined) return noTrust(now);
  const { openTrust } = await import('../trust/current.ts');
  try {
    return openTrust(() => readTrustFile(TRUST_FILE), now);
  } catch (error) {
    throw new Error(`Bad configuration: TRUST_FILE ${TRUST_FILE}: ${(error as Error).message}`);
  }
}

// Callers learn why it cannot be read, but not its path.
function readTrustFile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new Error(`cannot be read: ${systemReason(error)}`);
  }
}

/** Logs what is trusted, and warnings about what may restrict less than intended. */
export function logTrust({ TRUST_FILE }: Settings, trust: CurrentTrust, log: Log): void {
  if (TRUST_FILE !== undefined) log.info(`TRUST_FILE ${TRUST_FILE}: ${trustInWords(trust.current())}`);
  warnOfTrust(trust, log);
}

/** Reads the trust file again, if there is one; calls `changed` if it is different. */
export function reloadTrust({ TRUST_FILE }: Settings, trust: CurrentTrust, changed: () => void, log: Log): void {
  if (TRUST_FILE === undefined) return;
  try {
    const { digest } = trust.current();
    const isOther = trust.reload();
    if (isOther) changed();
    const change = isOther
      ? `the digest is now ${trust.current().digest}, it was ${digest}`
      : `nothing has changed, the digest is still ${digest}`;
    log.info(`The trust file was read again: ${change}`);
    warnOfTrust(trust, log);
  } catch (error) {
    log.error(
      `The trust file ${TRUST_FILE} was not read, and what was trusted before stays: ${(error as Error).message}`,
    );
  }
}

function warnOfTrust(trust: CurrentTrust, log: Log): void {
  for (const warning of trust.current().warnings) log.warn(`TRUST_FILE: ${warning}`);
}
