// A bundle, and a document whose signed statements may name it.
import type { RunReading } from '../../src/domain/evidence/reading.ts';
import type { Verification } from '../../src/domain/evidence/verification.ts';
import { A_CONTENT, anArtifact } from './rows.ts';

export const SHA256 = 'b'.repeat(64);
export const SHA512 = 'c'.repeat(128);
export const OTHER = 'e'.repeat(64);

export const bytes = (sha256: string, sha512 = 'd'.repeat(128)) => ({ ...A_CONTENT, digests: { sha256, sha512 } });
export const BUNDLE = anArtifact({ id: 'bundle', content: bytes(SHA256, SHA512) });
export const DOCUMENT = anArtifact({ id: 'document', content: bytes('9'.repeat(64)) });

/** What is kept of a document in which only signatures were found. */
export const readingOf = (artifact_id: string, verification: Verification | null): RunReading => ({
  artifact_id,
  subjects: [],
  subjects_total: 0,
  facts: null,
  verification,
});

export const ABOUT_NOTHING = { subjects: [{ name: 'bundle', digests: { sha1: 'a'.repeat(40) } }] };
