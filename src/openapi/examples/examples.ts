// All recorded examples, by operation.
import { artifacts } from './artifacts.ts';
import { callers } from './callers.ts';
import { content } from './content.ts';
import { evidence } from './evidence.ts';
import type { Examples } from './example.ts';
import { gate } from './gate.ts';
import { health } from './health.ts';
import { inspection } from './inspection.ts';
import { jobs } from './jobs.ts';
import { manifest } from './manifest.ts';
import { packs } from './packs.ts';
import { runs } from './runs.ts';
import { trust } from './trust.ts';

/** The answer of every operation under every status, in the story of the examples. */
export const EXAMPLES: Examples = {
  ...runs,
  ...manifest,
  ...artifacts,
  ...content,
  ...evidence,
  ...inspection,
  ...gate,
  ...packs,
  ...trust,
  ...callers,
  ...jobs,
  ...health,
};
