import { describe, expect, it } from 'vitest';
import type { Artifact } from '../../../src/domain/artifact/artifact.ts';
import { storeContent } from '../../../src/domain/artifact/store-content.ts';
import { PENDING } from '../../../src/domain/evidence/evidence.ts';
import { isOutdated, isPending, readingDue } from '../../../src/domain/evidence/pending.ts';
import { READER, READER_NUMBER } from '../../../src/domain/evidence/reader.ts';
import { A_CONTENT, anArtifact, RECEIVED, STAMP } from '../rows.ts';

const WAITING = storeContent(anArtifact(), RECEIVED, STAMP)?.artifact as Artifact;

describe('whether content waits to be read', () => {
  it('is so from the moment that it is stored until it was read', () => {
    expect(isPending(anArtifact())).toBe(false);
    expect(isPending(WAITING)).toBe(true);
    for (const state of ['read', 'unreadable', 'opaque'] as const)
      expect(isPending({ content: A_CONTENT, evidence: { ...PENDING, state } })).toBe(false);
  });

  it.each([null, undefined, {}, 'read', { state: 'READ' }, { state: null }, { state: ['read'] }, []])(
    'is so of content whose evidence is %j',
    (evidence) => {
      expect(isPending({ content: A_CONTENT, evidence: evidence as never })).toBe(true);
    },
  );
});

describe('whether a reading is outdated', () => {
  const readBy = (reader: string | null) =>
    ({ content: A_CONTENT, evidence: { ...PENDING, state: 'read', reader } }) as const;

  it('is so of content that an older reader read, and of none that ours or a newer one read', () => {
    expect(isOutdated(readBy(`maestro/${READER_NUMBER - 1}`))).toBe(true);
    expect(isOutdated(readBy('odd'))).toBe(true);
    expect(isOutdated(readBy(null))).toBe(true);
    expect(isOutdated(readBy(READER))).toBe(false);
    expect(isOutdated(readBy(`maestro/${READER_NUMBER + 1}`))).toBe(false);
  });

  it('is never so of what waits or has no content', () => {
    expect(isOutdated(WAITING)).toBe(false);
    expect(isOutdated({ ...readBy('odd'), content: null })).toBe(false);
  });
});

describe('when content is due to be read', () => {
  const due = (size: number, since: string) => readingDue({ content: { ...A_CONTENT, size } }, since);

  it('is earlier for small content than for large content of the same moment', () => {
    expect(due(1_000, STAMP.at)).toBe(Date.parse(STAMP.at) + 10);
    expect(due(1_000, STAMP.at)).toBeLessThan(due(1_000_000, STAMP.at));
  });

  it('is delayed by no more bytes than 32 MiB, so that large content is not overtaken for ever', () => {
    const [large, larger] = [due(32 * 1024 * 1024, STAMP.at), due(64 * 1024 * 1024, STAMP.at)];
    expect(larger).toBe(large);
    expect(due(0, '2026-01-31T10:36:00.000Z')).toBeGreaterThan(large);
  });
});
