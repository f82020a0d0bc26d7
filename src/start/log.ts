// Opens the log, and keeps what is said before there is one.
import { bufferedOutput, type LogOutput } from '../http/log-output.ts';
import type { Config } from './config.ts';
import type { Host, Write } from './host.ts';
import { prettyLines } from './pretty-log.ts';

/** Standard output as the log, which is written whole before the process exits. */
export async function openOutput(
  format: Config['LOG_FORMAT'],
  host: Pick<Host, 'env' | 'stdout' | 'on'>,
): Promise<LogOutput & { flushSync(): void }> {
  const { isTTY } = host.stdout;
  const isPretty = format === 'pretty' || (format === 'auto' && isTTY);
  const output = bufferedOutput(isPretty ? await prettyLines(isTTY && !host.env.NO_COLOR) : undefined);
  host.on('exit', () => output.flushSync());
  return output;
}

export type EarlyLog = {
  /** Come into the log, once there is one. */
  info: Write;
  warn: Write;
  /** Comes into the log, too, and is complained of at once while there is none: a start may wait for what it warns of. */
  warnNow: Write;
  /** From now on there is a log, into which comes what was said before. */
  begin(log: { info: Write; warn: Write }): void;
};

export function earlyLog(complain: Write): EarlyLog {
  const said: (() => void)[] = [];
  let log: { info: Write; warn: Write } = {
    info: (message) => said.push(() => log.info(message)),
    warn: (message) => said.push(() => log.warn(message)),
  };
  let warnNow = complain;
  return {
    info: (message) => log.info(message),
    warn: (message) => log.warn(message),
    warnNow: (message) => warnNow(message),
    begin(begun) {
      log = { info: (message) => begun.info(message), warn: (message) => begun.warn(message) };
      warnNow = log.warn;
      for (const say of said) say();
    },
  };
}
