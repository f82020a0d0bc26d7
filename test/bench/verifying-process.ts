// Verifies documents in a process of its own, beside reading them alone and beside one bare signature, and tells its parent what each took.
import { createPublicKey, verify } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { allPassed } from '../../src/domain/evidence/verification.ts';
import { ROOT } from './server-process.ts';
import type { SignedDocument, SignedDocuments } from './signed-documents.ts';

/** `build`: the folder of the checkout whose `dist` verifies; this one where it is left out. `seconds` of each document, in each round, for each of the three. */
export type VerifyingOrder = SignedDocuments & { rounds: number; seconds: number; build?: string };

/** CPU microseconds in each round: of one bare signature, and for the document read, and read and verified. */
export type VerifyingSample = { name: string; bytes: number; bare: number[]; read: number[]; verified: number[] };

type Acts = Record<'bare' | 'read' | 'verified', () => void | Promise<void>>;

const [{ documents, trustFile, rounds, seconds, build = ROOT }] = (await once(process, 'message')) as [VerifyingOrder];
// What was compiled is what is measured; tsx would add to the functions of the sources.
const compiled = (path: string) => import(join(build, 'dist', path));
const { readDocument } = (await compiled('evidence/read.js')) as typeof import('../../src/evidence/read.ts');
const { readTrustPolicy } = (await compiled(
  'trust/trust-policy.js',
)) as typeof import('../../src/trust/trust-policy.ts');
const { verifierOf } = (await compiled('trust/verify.js')) as typeof import('../../src/trust/verify.ts');
const trust = readTrustPolicy(trustFile, new Date().toISOString());
const measured = documents.map((document) => {
  const { name, text } = document;
  const sample: VerifyingSample = { name, bytes: Buffer.byteLength(text), bare: [], read: [], verified: [] };
  return { sample, acts: actsOf(document, trust) };
});
// The first round lets all be compiled.
for (let round = 0; round <= rounds; round += 1) {
  for (const { sample, acts } of measured) {
    for (const what of ['bare', 'read', 'verified'] as const) {
      const micros = await cpuMicros(seconds, acts[what]);
      if (round > 0) sample[what].push(micros);
    }
  }
}
const samples = measured.map(({ sample }) => sample);
process.send?.(samples, () => process.disconnect());

function actsOf({ name, text, bare }: SignedDocument, trust: ReturnType<typeof readTrustPolicy>): Acts {
  const bytes = Buffer.from(text);
  const receivedAt = new Date().toISOString();
  const [data, signature] = [Buffer.from(bare.data, 'base64'), Buffer.from(bare.signature, 'base64')];
  const key = createPublicKey(bare.key);
  return {
    bare: () => requireThat(verify('sha256', data, key, signature), `${name}: its bare signature does not hold`),
    read: async () => {
      const { state, verification } = await readDocument(bytes);
      requireThat(state === 'read' && verification === null, `${name}: ${state}, or verified`);
    },
    // As a worker does, which is given what is trusted with each document.
    verified: async () => {
      const how = { verify: verifierOf(trust), receivedAt };
      const { verification } = await readDocument(bytes, undefined, undefined, how);
      const attestations = verification?.attestations ?? [];
      requireThat(attestations.length === 1 && attestations.every(allPassed), `${name}: it is not verified`);
    },
  };
}

function requireThat(condition: boolean, otherwise: string): void {
  if (!condition) throw new Error(otherwise);
}

/** Of one act, on the average of as many as there are in the time. */
async function cpuMicros(seconds: number, act: () => void | Promise<void>): Promise<number> {
  // What one leaves behind is not for the other to take away.
  globalThis.gc?.();
  const end = performance.now() + seconds * 1_000;
  const before = process.cpuUsage();
  let times = 0;
  for (; times === 0 || performance.now() < end; times += 1) await act();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / times;
}
