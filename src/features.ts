import { content } from './blobs/plugin.ts';
import type { Feature } from './deps.ts';
import { evidence } from './evidence/plugin.ts';
import { trust } from './trust/plugin.ts';

/** The capabilities beside the core, in the order in which they are registered. */
export const features: readonly Feature[] = [content, evidence, trust];
