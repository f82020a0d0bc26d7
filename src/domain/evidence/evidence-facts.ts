// What is known of a document that was read: its kind, what it is about, its facts and findings.
import { z } from 'zod';
import { AttestationFacts, OpaqueFacts, SignatureFacts } from './facts/attestation-facts.ts';
import { STATED_DIGESTS, words } from './facts/fact-fields.ts';
import { ProvenanceFacts, VsaFacts } from './facts/provenance-facts.ts';
import { SbomFacts } from './facts/sbom-facts.ts';
import { ScorecardFacts, StaticAnalysisFacts, TestReportFacts, VulnerabilityFacts } from './facts/scan-facts.ts';
import { AdvisoryFacts, VexFacts } from './facts/vex-facts.ts';

export const EvidenceKind = z
  .enum([
    'sbom',
    'provenance',
    'vsa',
    'vex',
    'advisory',
    'vuln-report',
    'static-analysis',
    'scorecard',
    'test-report',
    'attestation',
    'signature',
    'opaque',
  ])
  .meta({ id: 'EvidenceKind', description: 'What a document is, by its content.', examples: ['sbom'] });
export type EvidenceKind = z.infer<typeof EvidenceKind>;

export const Subject = z
  .object({
    name: words('Its name in the document.', 'bundle.tgz'),
    digests: STATED_DIGESTS,
  })
  .meta({ id: 'EvidenceSubject', description: 'Something that a document is about, as the document states.' });
export type Subject = z.infer<typeof Subject>;

export const Tool = z
  .object({
    name: z.string().meta({ description: 'Its name.', examples: ['syft'] }),
    version: words('Its version; null if the document states none.', '1.33.0'),
  })
  .meta({ id: 'EvidenceTool', description: 'The tool that made the document, as the document states.' });
export type Tool = z.infer<typeof Tool>;

export const EvidenceFacts = z
  .discriminatedUnion('kind', [
    SbomFacts,
    ProvenanceFacts,
    VsaFacts,
    VexFacts,
    AdvisoryFacts,
    VulnerabilityFacts,
    StaticAnalysisFacts,
    ScorecardFacts,
    TestReportFacts,
    AttestationFacts,
    SignatureFacts,
    OpaqueFacts,
  ])
  .meta({ id: 'EvidenceFacts', description: 'The facts of a document, by its kind.' });
export type EvidenceFacts = z.infer<typeof EvidenceFacts>;

/** The facts of one kind. */
export type FactsOf<Kind extends EvidenceFacts['kind']> = Extract<EvidenceFacts, { kind: Kind }>;

export const EvidenceFinding = z
  .object({
    code: z.string().meta({
      description: 'The kind of finding, for programs. Codes are added, never renamed.',
      examples: ['schema'],
    }),
    severity: z.enum(['error', 'warning']).meta({
      description: '`error` if the document breaks its specification, `warning` for what should be looked at.',
      examples: ['error'],
    }),
    message: z
      .string()
      .meta({ description: 'What was found, as text.', examples: ["must have required property 'name'"] }),
    pointer: z
      .string()
      .nullable()
      .meta({
        description:
          'Its place: a JSON Pointer (RFC 6901), the path of an element, or the line of a text; null for the whole document.',
        examples: ['/components/3'],
      }),
  })
  .meta({
    id: 'EvidenceFinding',
    description: 'Something in a document that breaks its specification or should be looked at.',
  });
export type EvidenceFinding = z.infer<typeof EvidenceFinding>;
