// What it takes to verify documents, beside reading them alone, and how long others wait meanwhile.
import { besideFlood, type FloodResults } from './flood.ts';
import { measuredBy } from './measuring.ts';
import type { Plan } from './plan.ts';
import { signedDocuments } from './signed-documents.ts';
import type { Generator } from './traffic-process.ts';
import type { VerifyingOrder, VerifyingSample } from './verifying-process.ts';

export type VerificationResults = { verifyings: VerifyingSample[]; flood: FloodResults };

/** A sample is so many times shorter than a round of load. */
const SHORTER = 10;

export async function verification(generator: Generator, plan: Plan): Promise<VerificationResults> {
  const signed = await signedDocuments();
  const order: VerifyingOrder = { ...signed, rounds: plan.rounds, seconds: plan.seconds / SHORTER };
  const verifyings = await measuredBy<VerifyingSample[]>('verifying-process.ts', order);
  return { verifyings, flood: await besideFlood(generator, plan, signed) };
}
