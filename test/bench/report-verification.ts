// The figures of signatures as Markdown.
import type { Plan } from './plan.ts';
import { MOST_ADDED_MS, waits } from './report-evidence.ts';
import { median } from './rounds.ts';
import { fixed, table, verdict, whole } from './tables.ts';
import type { VerificationResults } from './verification.ts';

export function verifyingTable({ rounds }: Plan, { verifyings }: VerificationResults): string {
  const rows = verifyings.map(({ name, bytes, bare, read, verified }) => {
    const ofReading = verified.map((micros, round) => micros / (read[round] ?? Number.NaN));
    const ofBare = verified.map(
      (micros, round) => (micros - (read[round] ?? Number.NaN)) / (bare[round] ?? Number.NaN),
    );
    const perSecond = (micros: readonly number[]) => whole(1e6 / median(micros));
    return [
      name,
      `${perSecond(verified)} / ${perSecond(read)} / ${perSecond(bare)}`,
      spread(ofReading),
      spread(ofBare),
      fixed(bytes / 1e3, 1),
    ];
  });
  const head = [
    'document',
    'a second: verified / only read / bare signatures',
    'times as long as reading it',
    'bare signatures in the time that it adds',
    'kB',
  ];
  return `How many documents one processor reads and verifies in a second of its time, beside reading the very same ones alone, and beside one bare
\`crypto.verify\` of the same P-256 signature over the same bytes: CPU time in one warm process, ${rounds} rounds, in turn. Every chain is whole. That of an
envelope is one signature. That of a bundle is several: also P-384 over its certificate, and those of the log of certificates and of the log of signatures.
A signature over a message is compared by the digest of it, which Node's own code does not do: that is JavaScript.

${table(head, rows)}`;
}

function spread(values: readonly number[]): string {
  return `**${fixed(median(values), 1)}** (${fixed(Math.min(...values), 1)} to ${fixed(Math.max(...values), 1)})`;
}

export function floodTable({ flood }: VerificationResults): string {
  const { alone, besideReadings, besideVerifyings, perSecond, sent } = flood;
  const added = besideVerifyings.map(({ maxMs }, round) => maxMs - (besideReadings[round]?.maxMs ?? Number.NaN));
  const times = besideVerifyings.map(({ maxMs }, round) => maxMs / (besideReadings[round]?.maxMs ?? Number.NaN));
  return `While ${whole(perSecond)} of those bundles of provenance are sent a second, as many as are verified, to one of two servers, one with a \`TRUST_FILE\` and one without,
${whole(sent)} in all to each, \`GET /maestro/runs/{id}\` over one connection that asks all the time:

${waits({
  'nothing is sent': alone,
  'bundles are read, without `TRUST_FILE`': besideReadings,
  'bundles are read and verified': besideVerifyings,
})}

The longest wait is **${fixed(median(added), 1)} ms** (${fixed(Math.min(...added), 1)} to ${fixed(Math.max(...added), 1)}) more than without \`TRUST_FILE\`, ${fixed(median(times), 1)} times as long, at most ${MOST_ADDED_MS} ms more ${verdict(median(added) <= MOST_ADDED_MS)}.`;
}
