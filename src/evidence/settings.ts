// The settings of evidence: how documents are read.
import { flag, optionalWhole, whole } from '../domain/setting.ts';

export const EVIDENCE_SETTINGS = {
  EVIDENCE_LIMIT: whole(1_024, 32 * 1024 * 1024, 32 * 1024 * 1024).describe(
    'Largest document that is read, in bytes, unpacked',
  ),
  EVIDENCE_TIMEOUT_MS: whole(100, 600_000, 60_000).describe(
    'Time to read one document; one that takes longer is tried once more, alone',
  ),
  EVIDENCE_WORKERS: optionalWhole(1, 64).describe(
    'Documents that are read at the same time, each in a process of its own; unset: one less than the number ' +
      'of processors, at least 1 and at most 4',
  ),
  EVIDENCE_WARM_UP: flag('true').describe(
    'Prepare the readers of documents after start; `false` saves about 100 MiB, and the first document of a format takes longer',
  ),
};
