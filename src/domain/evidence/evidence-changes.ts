// How the evidence of an artifact changes: by reading, reading again and verifying again.
import type { Artifact } from '../artifact/artifact.ts';
import type { ArtifactChange, ArtifactEvent } from '../artifact/artifact-events.ts';
import { MaestroError } from '../errors.ts';
import type { Stamp } from '../event/event.ts';
import { PENDING } from './evidence.ts';
import { isPending } from './pending.ts';
import { readBy } from './reader.ts';
import { detailsOf, type Reading, type ReadingDetails, summaryOf } from './reading.ts';
import type { Check } from './verification.ts';

/** The artifact with its reading; null where it does not wait: another process was faster. */
export function finishReading(artifact: Readonly<Artifact>, reading: Reading, stamp: Stamp): ArtifactChange {
  if (!isPending(artifact) || readBy(artifact.evidence) === 'newer') return null;
  const evidence = summaryOf(reading, stamp.at);
  return changed({ ...artifact, evidence }, 'artifact.evidence_read', stamp, detailsOf(reading));
}

/**
 * The artifact after its content was read and verified again. Null where it waits to be read, as
 * reading verifies it under the current trust policy too, and where a newer reader read it. Null
 * also where our readers read it before and now come to another state: then the bytes could not be
 * read this time.
 */
export function finishVerifying(artifact: Readonly<Artifact>, reading: Reading, stamp: Stamp): ArtifactChange {
  const { content, evidence } = artifact;
  if (content === null || isPending(artifact)) return null;
  const by = readBy(evidence);
  if (by === 'newer' || (by === 'ours' && reading.state !== evidence?.state)) return null;
  const type = by === 'older' ? 'artifact.evidence_read' : 'artifact.evidence_verified';
  return changed({ ...artifact, evidence: summaryOf(reading, stamp.at) }, type, stamp, detailsOf(reading));
}

/**
 * The artifact with nothing verified under the current trust policy, and the reason. Null where it
 * waits to be read, was never read, or not by our readers. The facts and subjects of its statements
 * are deleted, so that the change fits into a run that is full.
 */
export function giveUpVerifying(
  artifact: Readonly<Artifact>,
  details: Readonly<ReadingDetails> | null,
  trust: { digest: string; since: string },
  reason: { code: string; detail: string },
  stamp: Stamp,
): ArtifactChange {
  if (isPending(artifact) || details === null || readBy(artifact.evidence) !== 'ours') return null;
  const verification = details.verification ?? NEVER_VERIFIED;
  const links: Check[] = [{ link: 'signature', held: false, ...reason }];
  const attestations = verification.attestations.map((one) => ({ ...one, links, facts: null, subjects: [] }));
  const given = { ...verification, trust: trust.digest, trust_since: trust.since, attestations };
  return changed(artifact, 'artifact.evidence_verified', stamp, { ...details, verification: given });
}

// Readings from before Maestro verified anything.
const NEVER_VERIFIED = { libraries: {}, attestations: [], attestations_total: 0 };

/**
 * The artifact waiting to be read again. Throws `content_not_found` where it has no content. Null
 * where it already waits, and where a newer reader read it.
 */
export function readAgain(artifact: Readonly<Artifact>, stamp: Stamp): ArtifactChange {
  requireContent(artifact);
  if (isPending(artifact) || readBy(artifact.evidence) === 'newer') return null;
  return changed({ ...artifact, evidence: { ...PENDING } }, 'artifact.evidence_requested', stamp, null);
}

/** Throws `content_not_found` where there is nothing to read. */
export function requireContent({ id, content }: Readonly<Artifact>): void {
  if (content === null) throw new MaestroError('content_not_found', `Artifact '${id}' has no content yet`);
}

function changed(
  artifact: Artifact,
  type: 'artifact.evidence_read' | 'artifact.evidence_verified' | 'artifact.evidence_requested',
  stamp: Stamp,
  reading: ReadingDetails | null,
): ArtifactChange {
  const event: ArtifactEvent = { ...stamp, type, run_id: artifact.run_id, artifact_id: artifact.id, data: artifact };
  return { artifact, event, reading };
}
