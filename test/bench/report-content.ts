// The figures of content as Markdown.
import { CONTENT_BYTES, type ContentResults, SLOW_UPLOADS, type Speeds } from './content.ts';
import type { Plan } from './plan.ts';
import { median } from './rounds.ts';
import { atLeast, fixed, ratios, spread, table, whole } from './tables.ts';

const SHARE = { floor: 0.6, aim: 0.85 };

export function contentReport(plan: Plan, { bare, ours, alone, besideUploads }: ContentResults): string {
  const row = (name: string, direction: keyof Speeds) => {
    const [speeds, yardstick] = [ours[direction], bare[direction]];
    const shares = ratios(speeds, yardstick);
    return [
      name,
      spread(shares, 2),
      ...atLeast(median(shares), SHARE, 2),
      `${whole(median(speeds))} / ${whole(median(yardstick))}`,
    ];
  };
  const rows = [row('PUT content', 'up'), row('GET content', 'down')];
  return `The yardstick is a bare \`node:http\` server that pipes an upload to a file, computing its SHA-256 and SHA-512, and a file to a download. It syncs
nothing to disk and checks nothing. ${whole(CONTENT_BYTES / 1024 / 1024)} MiB each time, ${plan.rounds} rounds, one caller.

${table(['request', 'share', 'floor', 'aim', 'MB a second'], rows)}

Beside ${SLOW_UPLOADS} slow uploads, p99 of \`GET /maestro/runs/{id}\` over 16 connections is ${fixed(median(besideUploads), 1)} ms, and ${fixed(median(alone), 1)} ms without them.`;
}
