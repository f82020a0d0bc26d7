// The log for people: JSON lines become lines for a terminal.
import type { PrettyOptions } from 'pino-pretty';

type Line = Readonly<Record<string, unknown>>;

/**
 * Formats one JSON line of the log as text. pino-pretty is loaded only here, as servers write JSON.
 */
export async function prettyLines(colours: boolean): Promise<(line: string) => string> {
  const { default: pretty } = await import('pino-pretty');
  const options: PrettyOptions = {
    colorize: colours,
    translateTime: 'SYS:HH:MM:ss.l',
    singleLine: true,
    ignore: 'id,method,path,status,code,ms',
    messageFormat: (log) => printable(messageOf(log)),
  };
  return pretty.prettyFactory(options);
}

// A request line in reading order. The id is for looking up a refusal.
function messageOf(line: Line): string {
  const { msg, id, method, path, status, code, ms } = line;
  if (msg !== 'request') return [msg, id === undefined ? '' : `(${id})`].filter(Boolean).join(' ');
  const refusal = code === undefined ? [] : [code, `(${id})`];
  return [method, path, status, ...refusal, ms === undefined ? '' : `${ms} ms`].filter(Boolean).join(' ');
}

// A path may contain control characters, which steer terminals.
const printable = (text: string) => text.replaceAll(/\p{Cc}/gu, '\ufffd');
