// Readings that were verified, and leases on those that are stale.
import { finishReading, finishVerifying } from '../../../src/domain/evidence/evidence-changes.ts';
import { READER_NUMBER } from '../../../src/domain/evidence/reader.ts';
import type { Reading } from '../../../src/domain/evidence/reading.ts';
import type { Verification } from '../../../src/domain/evidence/verification.ts';
import { A_READING } from '../../domain/rows.ts';
import { addWaiting, type Given, stamp } from './kit.ts';

const [EARLY, NOON, LATE] = ['10:00:00.000', '12:00:00.000', '12:00:00.001'].map((time) => `2026-01-31T${time}Z`) as [
  string,
  string,
  string,
];

export { EARLY, LATE, NOON };
export const NOW = { reader: READER_NUMBER, digest: 'now', since: NOON };

export const verified = (trust: string, trust_since = EARLY): Verification => ({
  trust,
  trust_since,
  libraries: { node: '24.15.0' },
  attestations: [],
  attestations_total: 0,
});

export const readingOf = (verification: Verification | null): Reading => ({ ...A_READING, verification });

export function verifying(given: Given) {
  async function addVerified(run_id: string, verification: Verification | null = verified('before')) {
    const { id } = await addWaiting(given.store, run_id);
    await given.store.artifacts.update(id, (row) => finishReading(row, readingOf(verification), stamp()));
    return id;
  }
  const verifyAgain = (id: string, verification: Verification | null) =>
    given.store.artifacts.update(id, (row) => finishVerifying(row, readingOf(verification), stamp()));
  const lease = (limit = 10, ms = 60_000, trust = NOW, runs: string[] | null = null) =>
    given.store.readings.leaseStale(limit, trust, runs, ms);
  const idsOf = (leased: Awaited<ReturnType<typeof lease>>) => leased.map(({ artifact }) => artifact.id).sort();
  const attemptsOf = async (ms = 0) => (await lease(10, ms)).map(({ attempts }) => attempts);
  return { addVerified, verifyAgain, lease, idsOf, attemptsOf };
}
