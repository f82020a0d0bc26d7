// Which content waits to be read, in which order, and which must be read again.
import type { Artifact } from '../artifact/artifact.ts';
import { READER, readBy } from './reader.ts';

const SETTLED = new Set<unknown>(['read', 'unreadable', 'opaque']);

/**
 * Whether content waits to be read. Content with no known state waits too, whatever its row says.
 */
export function isPending({ content, evidence }: Readonly<Pick<Artifact, 'content' | 'evidence'>>): boolean {
  if (content === null || content === undefined) return false;
  return !SETTLED.has(evidence?.state);
}

/**
 * Whether an older reader read the content. Such a reading counts for nothing, and the background
 * job reads the content again.
 */
export function isOutdated(artifact: Readonly<Pick<Artifact, 'content' | 'evidence'>>): boolean {
  const { content, evidence } = artifact;
  if (content === null || content === undefined || evidence?.reader === READER) return false;
  return !isPending(artifact) && readBy(evidence) === 'older';
}

/**
 * By how many milliseconds each byte delays a reading, up to a size. `due_of` in SQL repeats both.
 */
const BYTE_MS = 0.01;
const MAX_BYTES_DUE = 32 * 1024 * 1024;

/**
 * When content that has waited since `since` is due to be read, in milliseconds since 1970. The
 * earliest is read first: small content before large, but no content is overtaken for ever.
 */
export function readingDue({ content }: Readonly<Pick<Artifact, 'content'>>, since: string): number {
  return Date.parse(since) + Math.min(content?.size ?? 0, MAX_BYTES_DUE) * BYTE_MS;
}
