// What every store refuses alike, in the same words.
import { type ErrorCode, MaestroError } from '../domain/errors.ts';
import { MAX_RUN_BYTES } from './store.ts';

const NOUNS = {
  run_not_found: 'Run',
  artifact_not_found: 'Artifact',
  disclosure_pack_not_found: 'Disclosure pack',
} as const satisfies Partial<Record<ErrorCode, string>>;

export type NotFound = keyof typeof NOUNS;

export function notFound(code: NotFound, id: string): MaestroError {
  return new MaestroError(code, `${NOUNS[code]} '${id}' not found`);
}

/** A run that has room for no more artifacts, or for none of this size. */
export function runFull(limit: 'count' | 'bytes', maxArtifacts: number): MaestroError {
  const most = limit === 'count' ? `${maxArtifacts} artifacts` : `${MAX_RUN_BYTES} bytes of artifacts`;
  return new MaestroError('run_full', `The run holds the most that a run can: ${most}`);
}
