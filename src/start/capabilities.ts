// The capabilities of the product, in the order of their settings and routes.
import { auth } from '../auth/capability.ts';
import { blobs } from '../blobs/capability.ts';
import { evidence } from '../evidence/capability.ts';
import { trust } from '../trust/capability.ts';
import { inDrivers, joinCapabilities } from './capability.ts';

export const capabilities = [
  blobs,
  {
    ...evidence,
    stores: inDrivers(
      () => import('../store/memory/readings.ts'),
      () => import('../store/postgres/readings.ts'),
    ),
  },
  trust,
  auth,
] as const;

/** What they add to the core. */
export const product = joinCapabilities(capabilities);
