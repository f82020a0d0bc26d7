import type { ContentStore } from '../contents.ts';
import type { EventArchive } from '../event-archives.ts';
import type { Tables } from './tables.ts';

export function contentStore({ artifacts }: Tables, archives: readonly EventArchive[]): ContentStore {
  /** How many artifacts have each content. */
  const counts = new Map<string, number>();
  artifacts.follow(({ before, after }) => {
    count(before?.content?.digests.sha256, -1);
    count(after?.content?.digests.sha256, 1);
  });

  function count(sha256: string | undefined, change: 1 | -1): void {
    if (sha256 === undefined) return;
    const total = (counts.get(sha256) ?? 0) + change;
    if (total === 0) counts.delete(sha256);
    else counts.set(sha256, total);
  }

  return {
    has: async (sha256) => counts.has(sha256) || archives.some((one) => one.sha256 === sha256),
    async named(limit) {
      const first: string[] = [];
      for (const sha256 of new Set([...counts.keys(), ...archives.map((one) => one.sha256)])) {
        if (first.length >= limit) break;
        first.push(sha256);
      }
      return first;
    },
  };
}
