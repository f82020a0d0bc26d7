// The figures of signatures as Markdown.
import type { Plan } from './plan.ts';
import { MOST_ADDED_MS, waits } from './report-evidence.ts';
import { median } from './rounds.ts';
import { atLeast, fixed, ratios, spread, table, verdict, whole } from './tables.ts';
import type { VerificationResults } from './verification.ts';
import type { VerifyingSample } from './verifying-process.ts';

const KEYLESS_PER_SECOND = { floor: 250, aim: 350 };

export function signatureReport(plan: Plan, results: VerificationResults): string {
  return `${verifyingTable(plan, results)}

${floodTable(results)}`;
}

function verifyingTable({ rounds }: Plan, { verifyings }: VerificationResults): string {
  const head = [
    'document',
    'verified a second',
    'floor',
    'aim',
    'only read / bare signatures a second',
    'times as long as reading it',
    'bare signatures in the added time',
    'kB',
  ];
  return `How many documents one processor reads and verifies in a second of its time, beside reading the very same ones alone, and beside one bare
\`crypto.verify\` of the same P-256 signature over the same bytes. CPU time in one warm process, ${rounds} rounds, in turn. Every check passes. An
envelope has one signature. A bundle has several: also P-384 over its certificate, and those of the certificate transparency log and of the signature log.
A signature over a message is verified against the digest of the message, which \`crypto.verify\` cannot do: that part is JavaScript.

${table(head, verifyings.map(verifyingRow))}`;
}

function verifyingRow({ name, bytes, bare, read, verified }: VerifyingSample): string[] {
  const added = verified.map((micros, round) => micros - (read[round] ?? Number.NaN));
  const perSecond = verified.map((micros) => 1e6 / micros);
  const aSecond = (micros: readonly number[]) => whole(1e6 / median(micros));
  return [
    name,
    spread(perSecond, 0),
    ...(name.includes('keyless') ? atLeast(median(perSecond), KEYLESS_PER_SECOND, 0) : ['', '']),
    `${aSecond(read)} / ${aSecond(bare)}`,
    spread(ratios(verified, read), 1),
    spread(ratios(added, bare), 1),
    fixed(bytes / 1e3, 1),
  ];
}

function floodTable({ flood }: VerificationResults): string {
  const { alone, besideReadings, besideVerifyings, perSecond, sent } = flood;
  const longest = [besideVerifyings, besideReadings].map((samples) => samples.map(({ maxMs }) => maxMs));
  const [verifying = [], reading = []] = longest;
  const added = verifying.map((ms, round) => ms - (reading[round] ?? Number.NaN));
  return `While ${whole(perSecond)} of those bundles of provenance are sent a second, which is as many as are verified, to one of two servers, one with a
\`TRUST_FILE\` and one without, ${whole(sent)} in all to each, \`GET /maestro/runs/{id}\` without pause over one connection:

${waits({
  'nothing is sent': alone,
  'bundles are read, without `TRUST_FILE`': besideReadings,
  'bundles are read and verified': besideVerifyings,
})}

The longest wait is ${spread(added, 1)} ms more than without \`TRUST_FILE\`, ${fixed(median(ratios(verifying, reading)), 1)} times as long, at most ${MOST_ADDED_MS} ms more ${verdict(median(added) <= MOST_ADDED_MS)}.`;
}
