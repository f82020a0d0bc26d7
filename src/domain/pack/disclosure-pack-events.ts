import type { EventOf } from '../event/event.ts';
import type { DisclosurePack } from './disclosure-pack.ts';

type DisclosurePackPayloads = {
  'disclosure_pack.created': { run_id: string; pack_id: string; data: Readonly<DisclosurePack> };
};

export type DisclosurePackEvent = EventOf<DisclosurePackPayloads>;

export const DISCLOSURE_PACK_EVENT_TYPES = [
  'disclosure_pack.created',
] as const satisfies readonly DisclosurePackEvent['type'][];
