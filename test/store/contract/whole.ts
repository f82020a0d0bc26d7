// The whole contract, for a driver whose parts are those of another.
import { artifactsContract } from './artifacts.ts';
import { contentPlaceContract } from './content-place.ts';
import { contentsContract } from './contents.ts';
import { eventArchivesContract } from './event-archives.ts';
import { eventCursorsContract } from './event-cursors.ts';
import { eventsContract } from './events.ts';
import { evidenceContract } from './evidence.ts';
import { idempotencyContract } from './idempotency.ts';
import { jobProgressContract } from './job-progress.ts';
import { leasesContract } from './leases.ts';
import { listsContract } from './lists.ts';
import { lostContentContract } from './lost-content.ts';
import { otherReadersContract } from './other-readers.ts';
import { packsContract } from './packs.ts';
import { readingsContract } from './readings.ts';
import { revisionsContract } from './revisions.ts';
import { rowsContract } from './rows.ts';
import { runsContract } from './runs.ts';
import { staleLeasesContract } from './stale-leases.ts';
import { tenantsContract } from './tenants.ts';
import { tokensContract } from './tokens.ts';
import { verificationsContract } from './verifications.ts';

export const WHOLE_CONTRACT = [
  rowsContract,
  runsContract,
  revisionsContract,
  evidenceContract,
  idempotencyContract,
  artifactsContract,
  contentsContract,
  readingsContract,
  leasesContract,
  verificationsContract,
  staleLeasesContract,
  otherReadersContract,
  packsContract,
  listsContract,
  eventsContract,
  eventCursorsContract,
  eventArchivesContract,
  tenantsContract,
  tokensContract,
  contentPlaceContract,
  lostContentContract,
  jobProgressContract,
] as const;
