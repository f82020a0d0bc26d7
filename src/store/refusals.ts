// What every driver refuses, in the same words.
import type { Artifact } from '../domain/artifact/artifact.ts';
import { type ErrorCode, invalid, MaestroError } from '../domain/errors.ts';
import { MAX_RUN_BYTES } from './artifacts.ts';

const NOUNS = {
  run_not_found: 'Run',
  artifact_not_found: 'Artifact',
  disclosure_pack_not_found: 'Disclosure pack',
  token_not_found: 'Token',
} as const satisfies Partial<Record<ErrorCode, string>>;

export type NotFound = keyof typeof NOUNS;

export function notFound(code: NotFound, id: string): MaestroError {
  return new MaestroError(code, `${NOUNS[code]} '${id}' not found`);
}

/**
 * How many bytes a run may hold with an artifact as it is to be. That it could not be read is
 * always written, or it would wait to be read forever.
 */
export function maxBytes({ evidence }: Readonly<Artifact>): number {
  return evidence?.state === 'unreadable' ? Number.MAX_SAFE_INTEGER : MAX_RUN_BYTES;
}

/** A run that has room for no more artifacts, or for none of this size. */
export function runFull(limit: 'count' | 'bytes', maxArtifacts: number): MaestroError {
  const most = limit === 'count' ? `${maxArtifacts} artifacts` : `${MAX_RUN_BYTES} bytes of artifacts`;
  return new MaestroError('run_full', `The run is full: a run holds at most ${most}`);
}

/** A cursor after which events were cut off the log: read on from there, it would skip them. */
export function eventsCutOff(): MaestroError {
  return invalid([{ in: 'query', pointer: '/cursor', detail: 'Events after it are archived' }]);
}
