import { describe, expect, it } from 'vitest';
import { createDisclosurePack } from '../../../src/domain/pack/create-disclosure-pack.ts';
import { CreateDisclosurePackRequest, DisclosurePack } from '../../../src/domain/pack/disclosure-pack.ts';
import { anArtifact, STAMP } from '../rows.ts';

const REQUEST = { run_id: 'run-1', summary: 'Evidence' };

describe('a request for a disclosure pack', () => {
  it.each([
    ['no summary', { summary: undefined }],
    ['a null summary', { summary: null }],
    ['a summary of 10,001 characters', { summary: 's'.repeat(10_001) }],
    ['1,001 artifacts', { artifact_ids: Array.from({ length: 1_001 }, (_, index) => `a-${index}`) }],
    ['an empty artifact id', { artifact_ids: [''] }],
    ['a null artifact id', { artifact_ids: [null] }],
    ['artifact ids as text', { artifact_ids: 'a' }],
    ['an unknown field', { artifacts: [] }],
    ['no run', { run_id: undefined }],
  ])('is refused with %s', (_what, changes) => {
    expect(CreateDisclosurePackRequest.safeParse({ ...REQUEST, ...changes }).success).toBe(false);
  });

  it('is taken with a summary of 10,000 characters and 1,000 artifacts', () => {
    const request = {
      ...REQUEST,
      summary: '\u{1f4a1}'.repeat(10_000),
      artifact_ids: Array.from({ length: 1_000 }, (_, index) => `a-${index}`),
    };
    expect(CreateDisclosurePackRequest.parse(request)).toEqual(request);
  });
});

describe('a disclosure pack of an older version', () => {
  it('fits the schema without the contents of its artifacts', () => {
    const { pack } = createDisclosurePack(REQUEST, [anArtifact()], 'pack-1', STAMP);
    const { artifact_contents: _, ...older } = pack;
    expect(DisclosurePack.parse(older)).toEqual(older);
    const { artifact_digests: __, ...broken } = pack;
    expect(DisclosurePack.safeParse(broken).success).toBe(false);
  });
});
