import { expect, it } from 'vitest';
import { createDisclosurePack } from '../../../src/domain/pack/create-disclosure-pack.ts';
import { DISCLOSURE_PACK_EVENT_TYPES } from '../../../src/domain/pack/disclosure-pack-events.ts';
import { STAMP } from '../rows.ts';

it('the types of the events of disclosure packs are API: none is renamed or removed', () => {
  expect(DISCLOSURE_PACK_EVENT_TYPES).toContain('disclosure_pack.created');
});

it('the JSON of an event keeps the order of its fields, as stored events are kept as they were written', () => {
  const { event, pack } = createDisclosurePack({ run_id: 'run-1', summary: '' }, [], 'pack-1', STAMP);
  const ids = { run_id: 'run-1', pack_id: 'pack-1' };
  expect(JSON.stringify(event)).toBe(JSON.stringify({ ...STAMP, type: 'disclosure_pack.created', ...ids, data: pack }));
});
