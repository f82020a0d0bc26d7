import { content } from './blobs/plugin.ts';
import { evidence } from './evidence/plugin.ts';
import { trust } from './trust/plugin.ts';

/** The capabilities beside the core, in the order in which they are registered. */
export const features = [content, evidence, trust] as const;
