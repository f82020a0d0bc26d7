import { z } from 'zod';
import { idList, jsonObject, MAX_NAME_CHARACTERS, text, utcTimestamp } from '../bounds.ts';
import { Evidence } from '../evidence/evidence.ts';

export const ArtifactKind = z
  .enum(['sbom', 'slsa_provenance', 'risk_assessment', 'specification', 'build_log', 'test_report', 'other'])
  .meta({ id: 'ArtifactKind', description: 'What the caller says the artifact is.', examples: ['sbom'] });
export type ArtifactKind = z.infer<typeof ArtifactKind>;

const flag = (what: string) => z.boolean().meta({ description: `Whether the artifact has ${what}.`, examples: [true] });
const flagSent = (what: string) =>
  z
    .boolean()
    .nullish()
    .meta({ description: `Whether the artifact has ${what}. Null or absent: false.`, examples: [true] });
const SBOM = 'an SBOM (CycloneDX, SPDX)';
const PROVENANCE = 'SLSA provenance';
const RISK = 'a risk assessment';

export const ArtifactMetadata = z
  .object({
    sbom_present: flag(SBOM),
    slsa_provenance_present: flag(PROVENANCE),
    risk_assessment_present: flag(RISK),
    additional_metadata: z
      .record(z.string(), z.unknown())
      .meta({ description: 'Any JSON object, kept as sent.', examples: [{ format: 'CycloneDX 1.6' }] }),
  })
  .meta({
    id: 'ArtifactMetadata',
    description:
      'The governance flags as the caller declared them. The release gate also reports those that documents earn.',
  });
export type ArtifactMetadata = z.infer<typeof ArtifactMetadata>;

const DIGESTS_EXAMPLE = {
  sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  sha512:
    'ee26b0dd4af7e749aa1a8ee3c10ae9923f618980772e473f8819a5d4940e0db27ac185f8a0e1d5f84f88bc887fd67b143732c304cc5fa9ad8e6f57f50028a8ff',
};

export const ArtifactContent = z
  .object({
    digests: z
      .object({
        sha256: z.string().meta({
          description: 'SHA-256 of the bytes: 64 lower-case hexadecimal digits.',
          examples: [DIGESTS_EXAMPLE.sha256],
        }),
        sha512: z.string().meta({
          description: 'SHA-512 of the bytes: 128 lower-case hexadecimal digits.',
          examples: [DIGESTS_EXAMPLE.sha512],
        }),
      })
      .meta({
        description: 'The digests of the bytes, as Maestro computed them.',
        examples: [DIGESTS_EXAMPLE],
      }),
    size: z.int().meta({ description: 'The size in bytes.', examples: [4] }),
    media_type: z.string().meta({
      description: 'The media type that the sender stated.',
      examples: ['application/vnd.cyclonedx+json'],
    }),
    stored_at: utcTimestamp().meta({
      description: 'When it was stored: RFC 3339, UTC, milliseconds.',
      examples: ['2026-01-31T10:06:00.000Z'],
    }),
  })
  .meta({ id: 'ArtifactContent', description: 'The bytes of an artifact that Maestro holds. They never change.' });
export type ArtifactContent = z.infer<typeof ArtifactContent>;

export const Artifact = z
  .object({
    id: z.string().meta({
      description: 'Id of the artifact, a UUID version 7.',
      examples: ['0199a1c2-8f4c-7d5e-8b6f-2a3b4c5d6e7f'],
    }),
    run_id: z
      .string()
      .meta({ description: 'The run it is attached to.', examples: ['0199a1c2-7e3b-7c4d-9a5e-1f2a3b4c5d6e'] }),
    kind: ArtifactKind,
    path_or_uri: z
      .string()
      .meta({ description: 'The path or URI of the artifact.', examples: ['s3://builds/1042/sbom.cdx.json'] }),
    content_hash: z
      .string()
      .nullable()
      .meta({
        description: 'The hash of its content, as the caller declared it; null if none was declared.',
        examples: [`sha256:${DIGESTS_EXAMPLE.sha256}`],
      }),
    about: z.array(z.string()).meta({
      description: 'The artifacts of the same run that it is about, as the caller declared.',
      examples: [['0199a1c2-8e11-7a3c-9b2d-3c4d5e6f7a8b']],
    }),
    created_at: utcTimestamp().meta({
      description: 'When it was attached: RFC 3339, UTC, milliseconds.',
      examples: ['2026-01-31T10:05:00.000Z'],
    }),
    metadata_json: ArtifactMetadata,
    content: ArtifactContent.nullable().meta({
      description: 'The bytes that Maestro holds; null if none have been sent.',
      examples: [null],
    }),
    evidence: Evidence.nullable().meta({
      description: 'What these bytes are, as Maestro read them; null if it holds none.',
      examples: [null],
    }),
  })
  .meta({ id: 'Artifact', description: 'Evidence of a run, or the thing it built.' });
export type Artifact = z.infer<typeof Artifact>;

export const CreateArtifactRequest = z
  .strictObject({
    run_id: text(MAX_NAME_CHARACTERS, 0).meta({
      description: 'The run to attach it to.',
      examples: ['0199a1c2-7e3b-7c4d-9a5e-1f2a3b4c5d6e'],
    }),
    kind: ArtifactKind,
    path_or_uri: text(4_096).meta({
      description: 'The path or URI of the artifact.',
      examples: ['s3://builds/1042/sbom.cdx.json'],
    }),
    content_hash: text(256, 0)
      .nullish()
      .meta({
        description:
          'Hash of its content, as text of any form. A complete SHA-256, SHA-384 or SHA-512 in any spelling is ' +
          'compared with the content. Any other text is stored as it is, not compared, and reported as a ' +
          'warning.',
        examples: [`sha256:${DIGESTS_EXAMPLE.sha256}`],
      }),
    about: idList()
      .nullish()
      .meta({
        description:
          'The artifacts of the same run that it is about, such as the built artifact that an SBOM describes. ' +
          'The list never changes. A digest that the document itself names counts for more.',
        examples: [['0199a1c2-8e11-7a3c-9b2d-3c4d5e6f7a8b']],
      }),
    metadata_json: z
      .strictObject({
        sbom_present: flagSent(SBOM),
        slsa_provenance_present: flagSent(PROVENANCE),
        risk_assessment_present: flagSent(RISK),
        additional_metadata: jsonObject()
          .nullish()
          .meta({
            description: 'Any JSON object: at most 64 KiB and 32 levels.',
            examples: [{ format: 'CycloneDX 1.6' }],
          }),
      })
      .nullish()
      .meta({
        description: 'The governance flags. Null or absent: all false.',
        examples: [{ sbom_present: true, slsa_provenance_present: true, risk_assessment_present: true }],
      }),
  })
  .meta({ id: 'CreateArtifactRequest', description: 'An artifact to attach to a run. The run may have any status.' });
export type CreateArtifactRequest = z.infer<typeof CreateArtifactRequest>;
