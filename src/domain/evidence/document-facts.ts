// The facts of a document and the level that they rest on. Level, kind and facts belong to one
// statement: a verified statement does not raise the level of another statement in the same
// document.
import type { DigestIndex } from './digests.ts';
import type { Evidence } from './evidence.ts';
import { namesAnother, statedBy } from './named-artifacts.ts';
import { readBy } from './reader.ts';
import type { ReadingDetails } from './reading.ts';
import { type Attestation, allPassed } from './verification.ts';

type Statement = Pick<Attestation, 'kind' | 'tool' | 'subjects' | 'subjects_total' | 'facts'>;
export type DocumentFacts = { level: 'parsed' | 'verified' | null } & Omit<Statement, 'kind'> & {
    kind: Statement['kind'] | null;
  };

type Read = Readonly<Pick<ReadingDetails, 'subjects' | 'subjects_total' | 'facts' | 'verification'>>;
type Document = { readonly id: string; readonly evidence: Readonly<Evidence> | null };

/**
 * The facts of the first verified statement in the content of an artifact, or else those of the
 * document as it was read. `index` holds the content of the run. `trust` is the digest of the
 * current trust policy.
 */
export function documentFacts(
  { id, evidence }: Document,
  read: Read | null,
  index: DigestIndex,
  trust: string | null,
): DocumentFacts {
  const kind = evidence?.kind ?? null;
  // The readings of other readers may even have another shape.
  if (evidence === null || read === null || readBy(evidence) !== 'ours')
    return { level: null, kind, tool: null, subjects: [], subjects_total: 0, facts: null };
  const statement = verifiedStatement(id, kind, read.verification, index, trust);
  if (statement !== null) {
    const { tool, subjects, subjects_total, facts } = statement;
    return { level: 'verified', kind: statement.kind, tool, subjects, subjects_total, facts };
  }
  const { subjects, subjects_total, facts } = read;
  return { level: evidence.level, kind, tool: evidence.tool, subjects, subjects_total, facts };
}

// A signature over other bytes says nothing about the document, unless it is that signature.
function verifiedStatement(
  id: string,
  kind: Statement['kind'] | null,
  verification: Read['verification'],
  index: DigestIndex,
  trust: string | null,
): Readonly<Attestation> | null {
  if (verification === null || verification.trust !== trust) return null;
  // A document cannot vouch for itself.
  const isVerified = (one: Readonly<Attestation>) =>
    (one.kind !== 'signature' || kind === 'signature') && allPassed(one) && namesAnother(statedBy(one), index, id);
  return verification.attestations.find(isVerified) ?? null;
}
