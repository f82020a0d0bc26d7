// All that is known of a document: what was read, what was verified, and how it stands in its run.
import { z } from 'zod';
import type { Artifact } from '../domain/artifact/artifact.ts';
import { hashFinding } from '../domain/artifact/content-hash.ts';
import { contentIndex, type DigestIndex } from '../domain/evidence/digests.ts';
import { documentFacts } from '../domain/evidence/document-facts.ts';
import { type Evidence, SUMMARY } from '../domain/evidence/evidence.ts';
import { EvidenceFacts, EvidenceFinding, Subject } from '../domain/evidence/evidence-facts.ts';
import { namedBy, statedBy } from '../domain/evidence/named-artifacts.ts';
import { type ReadBy, readBy } from '../domain/evidence/reader.ts';
import { type Reading, type ReadingDetails, summaryOf } from '../domain/evidence/reading.ts';
import type { Verification } from '../domain/evidence/verification.ts';
import { attestationReport, VerificationReport } from '../domain/evidence/verification-report.ts';
import { NamedBy, namingOf, type RunContext, SignedBy } from './named-by.ts';

export const EvidenceReport = z
  .object({
    ...SUMMARY,
    level: z
      .enum(['parsed', 'verified'])
      .nullable()
      .meta({
        description:
          '`verified` if a statement in it is verified: `kind`, `tool`, `subjects` and `facts` are then those ' +
          'of the first such statement. `parsed` if it was read. Null if it was not read, or not by this ' +
          'version of Maestro.',
        examples: ['parsed'],
      }),
    reading: z
      .enum(['current', 'outdated', 'newer'])
      .nullable()
      .meta({
        description:
          'Which version of Maestro read it. `current`: this one. `outdated`: an older one; it will be read ' +
          'again soon. `newer`: a newer one; this one does not read it again. Only a `current` reading counts. ' +
          'Null while it is pending.',
        examples: ['current'],
      }),
    valid: z
      .boolean()
      .nullable()
      .meta({
        description:
          'Whether it conforms to its specification, as far as that is checked: no finding is an error. Null ' +
          'while it is pending.',
        examples: [true],
      }),
    subjects: z.array(Subject).meta({
      description: 'What it is about, as the document states: at most 2,000.',
      examples: [[{ name: 'payment-api', digests: {} }]],
    }),
    subjects_total: z.int().meta({ description: 'How many subjects it names.', examples: [1] }),
    facts: EvidenceFacts.nullable().meta({
      description: 'The facts of the document, by its kind; null if it was not understood.',
      examples: [
        {
          kind: 'sbom',
          components: 214,
          with_purl: 214,
          with_version: 214,
          with_licence: 201,
          with_hash: 180,
          with_supplier: 0,
          relationships: 310,
          created: '2026-01-31T10:05:00Z',
          author: null,
          subject: { name: 'payment-api', version: '2.4.1', purl: 'pkg:npm/payment-api@2.4.1', digests: {} },
          ntia: {
            supplier_name: false,
            component_name: true,
            version: true,
            unique_identifier: true,
            dependency_relationship: true,
            author: false,
            timestamp: true,
          },
          licences: { MIT: 180, 'Apache-2.0': 21 },
        },
      ],
    }),
    findings: z.array(EvidenceFinding).meta({
      description:
        'The first 1,000 findings. `content_hash_not_compared` is about the artifact: its `content_hash` is ' +
        'not a complete digest.',
      examples: [[]],
    }),
    verification: VerificationReport.nullable().meta({
      description: 'The result of verifying what is signed in it; null if nothing is.',
      examples: [null],
    }),
    named_by: z.array(NamedBy).meta({
      description:
        'What is signed in other documents of the same run and names this content by SHA-256 or SHA-512: the first 100.',
      examples: [[]],
    }),
    signed_by: z.array(SignedBy).meta({
      description: 'Verified signatures over this exact content, in other documents of the same run: the first 100.',
      examples: [[]],
    }),
  })
  .meta({ id: 'EvidenceReport', description: 'What a document is and contains, as Maestro read it.' });
export type EvidenceReport = z.infer<typeof EvidenceReport>;

const NO_RUN: RunContext = { artifacts: [], readings: [], trust: null };

const MAX_FINDINGS = 1_000;

/** All that is known of an artifact's content. */
export function evidenceReport(
  artifact: Readonly<Pick<Artifact, 'id' | 'content' | 'content_hash'>>,
  evidence: Readonly<Evidence>,
  details: Readonly<ReadingDetails> | null,
  run: RunContext = NO_RUN,
): EvidenceReport {
  const { subjects, ...summary } = evidence;
  const naming = namingOf(artifact, run);
  const reading = evidence.state === 'pending' ? null : READING[readBy(evidence)];
  if (details === null || reading !== 'current') {
    const unread = { level: null, reading, valid: null, subjects_total: subjects.length, facts: null };
    const findings = findingsOf(artifact, []);
    return { ...summary, ...unread, ...findings, subjects, verification: null, ...naming };
  }
  const index = contentIndex(run.artifacts);
  const facts = documentFacts({ id: artifact.id, evidence }, details, index, run.trust);
  const verification = verificationReport(artifact.id, details.verification, index, run.trust);
  const findings = findingsOf(artifact, details.findings, summary.findings_total);
  return { ...summary, ...details, ...findings, ...facts, reading, verification, ...naming };
}

// The finding about `content_hash` comes first. It is made at each call, so old rows have it too.
function findingsOf(
  artifact: Readonly<Pick<Artifact, 'content' | 'content_hash'>>,
  found: readonly EvidenceFinding[],
  total = found.length,
): Pick<EvidenceReport, 'findings' | 'findings_total'> {
  const own = hashFinding(artifact);
  if (own === null) return { findings: [...found], findings_total: total };
  return { findings: [own, ...found].slice(0, MAX_FINDINGS), findings_total: total + 1 };
}

const READING: Record<ReadBy, EvidenceReport['reading']> = { ours: 'current', older: 'outdated', newer: 'newer' };

/** The report on a document that is not stored. Without a run, nothing in it is bound. */
export function reportOf(reading: Reading, at: string, trust: string | null): EvidenceReport {
  return evidenceReport({ id: '', content: null, content_hash: null }, summaryOf(reading, at), reading, {
    ...NO_RUN,
    trust,
  });
}

function verificationReport(
  id: string,
  verification: Readonly<Verification> | null,
  index: DigestIndex,
  trust: string | null,
): VerificationReport | null {
  if (verification === null) return null;
  const { trust: trust_digest, libraries, attestations, attestations_total } = verification;
  const stale = trust_digest !== trust;
  const reports = attestations.map((one) =>
    attestationReport(
      one,
      stale,
      [...namedBy(statedBy(one), index)].filter((named) => named !== id),
    ),
  );
  return { trust_digest, stale, libraries, attestations: reports, attestations_total };
}
