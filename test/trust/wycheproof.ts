// Signatures that broke other software: Project Wycheproof. They are not part of this project; `MAESTRO_VECTORS` names the folder that
// holds them.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = process.env.MAESTRO_VECTORS ?? '';

export type WycheproofFile = {
  testGroups: {
    publicKeyPem: string;
    tests: { tcId: number; comment: string; msg: string; sig: string; result: 'valid' | 'acceptable' | 'invalid' }[];
  }[];
};

export type Vector = {
  name: string;
  pem: string;
  message: Buffer;
  signature: Buffer;
  result: WycheproofFile['testGroups'][number]['tests'][number]['result'];
};

/** The signatures in a file of Wycheproof; none where it is not there. */
export function vectorsOf(file: string): Vector[] {
  const path = join(FOLDER, 'wycheproof', file);
  if (FOLDER === '' || !existsSync(path)) return [];
  const { testGroups }: WycheproofFile = JSON.parse(readFileSync(path, 'utf8'));
  return testGroups.flatMap(({ publicKeyPem, tests }) =>
    tests.map(({ tcId, comment, msg, sig, result }) => ({
      name: `${tcId} ${comment}`,
      pem: publicKeyPem,
      message: Buffer.from(msg, 'hex'),
      signature: Buffer.from(sig, 'hex'),
      result,
    })),
  );
}

/** Says on stderr that tests over files were not run. */
export function tellNotRun(files: readonly string[]): void {
  const why = FOLDER === '' ? 'MAESTRO_VECTORS is not set' : `${FOLDER}, named by MAESTRO_VECTORS, lacks them`;
  const missing = files.filter((file) => vectorsOf(file).length === 0);
  if (missing.length > 0) process.stderr.write(`${missing.length} tests over Wycheproof were not run: ${why}\n`);
}

export type Verdict = 'verified' | 'refused' | 'key_refused';

/** What came of the vectors: how many of each result had which verdict, and the names of those that are wrong. */
export function tally(vectors: readonly Vector[], verdictOf: (vector: Vector) => Verdict) {
  const counts: Record<string, number> = {};
  const wrong: string[] = [];
  for (const vector of vectors) {
    const verdict = verdictOf(vector);
    const of = `${vector.result} ${verdict}`;
    counts[of] = (counts[of] ?? 0) + 1;
    if (of === 'valid refused' || of === 'invalid verified') wrong.push(vector.name);
  }
  return { counts, wrong };
}
