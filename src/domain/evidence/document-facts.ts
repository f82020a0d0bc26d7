// What a document says and how far that can be relied on. Level, kind and facts are those of one statement: a verified statement does not
// raise the level of another one in the same document.
import { type DigestIndex, namesAnother, statedBy } from './digests.ts';
import { type Evidence, type ReadingDetails, readBy } from './evidence.ts';
import type { Attestation } from './verification.ts';
import { allPassed } from './verification.ts';

type Said = Pick<Attestation, 'kind' | 'tool' | 'subjects' | 'subjects_total' | 'facts'>;
export type DocumentFacts = { level: 'parsed' | 'verified' | null } & Omit<Said, 'kind'> & {
    kind: Said['kind'] | null;
  };

type Read = Readonly<Pick<ReadingDetails, 'subjects' | 'subjects_total' | 'facts' | 'verification'>>;
type Document = { readonly id: string; readonly evidence: Readonly<Evidence> | null };

/**
 * What is said of the content of an artifact: by its first verified statement, or else by the document as it was read. `index` has the
 * contents of the run, `trust` is the digest of what is trusted now.
 */
export function documentFacts(
  { id, evidence }: Document,
  read: Read | null,
  index: DigestIndex,
  trust: string | null,
): DocumentFacts {
  const kind = evidence?.kind ?? null;
  // What other readers made of it may have another shape, too.
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

// A signature over other bytes says nothing of what the document holds, unless the document is a signature.
function verifiedStatement(
  id: string,
  kind: Said['kind'] | null,
  verification: Read['verification'],
  index: DigestIndex,
  trust: string | null,
): Readonly<Attestation> | null {
  if (verification === null || verification.trust !== trust) return null;
  // A document does not vouch for itself.
  const isVerified = (one: Readonly<Attestation>) =>
    (one.kind !== 'signature' || kind === 'signature') && allPassed(one) && namesAnother(statedBy(one), index, id);
  return verification.attestations.find(isVerified) ?? null;
}
