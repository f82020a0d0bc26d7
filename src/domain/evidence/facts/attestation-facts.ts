// Statements of other kinds, signatures, and bytes that no reader knows.
import { z } from 'zod';
import { count, STATED_DIGESTS, words } from './fact-fields.ts';
import { SbomFacts } from './sbom-facts.ts';
import { TestReportFacts, VulnerabilityFacts } from './scan-facts.ts';
import { VexFacts } from './vex-facts.ts';

export const AttestationFacts = z
  .object({
    kind: z.literal('attestation').meta({ description: 'The kind of the document.', examples: ['attestation'] }),
    predicate_type: words(
      'The type of its predicate, or the payload type if there is none.',
      'https://example.com/reviewed/v1',
    ),
    subjects: count('The number of subjects.', 1),
    statements: count('The number of statements.', 1),
    predicate: z
      .discriminatedUnion('kind', [SbomFacts, VexFacts, VulnerabilityFacts, TestReportFacts])
      .nullable()
      .meta({
        description: 'The facts of the predicate, if it is an SBOM, a VEX, a scan or a test report; else null.',
        examples: [null],
      }),
  })
  .meta({ id: 'AttestationFacts', description: 'A statement of any other kind.' });

export const SignatureFacts = z
  .object({
    kind: z.literal('signature').meta({ description: 'The kind of the document.', examples: ['signature'] }),
    keyless: z
      .boolean()
      .nullable()
      .meta({
        description: 'Whether it comes with a certificate rather than the name of a key; null if it has neither.',
        examples: [true],
      }),
  })
  .meta({ id: 'SignatureFacts', description: 'A signature over bytes.' });

export const OpaqueFacts = z
  .object({
    kind: z.literal('opaque').meta({ description: 'The kind of the document.', examples: ['opaque'] }),
    media_type: z
      .string()
      .meta({ description: 'The media type that its content suggests.', examples: ['application/pdf'] }),
    size: count('The size in bytes.', 52_114),
    digests: STATED_DIGESTS,
  })
  .meta({ id: 'OpaqueFacts', description: 'Bytes that no reader recognises.' });
