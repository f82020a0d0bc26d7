import { z } from 'zod';
import { jsonObject, MAX_NAME_CHARACTERS, text, utcTimestamp } from './bounds.ts';
import type { MaestroEvent, Stamp } from './event.ts';

export const ArtifactKind = z
  .enum(['sbom', 'slsa_provenance', 'risk_assessment', 'specification', 'build_log', 'test_report', 'other'])
  .meta({ id: 'ArtifactKind', description: 'What the caller says the artifact is.', examples: ['sbom'] });
export type ArtifactKind = z.infer<typeof ArtifactKind>;

const flag = (what: string) => z.boolean().meta({ description: `The artifact has ${what}.`, examples: [true] });
const flagSent = (what: string) =>
  z
    .boolean()
    .nullish()
    .meta({ description: `The artifact has ${what}. Null or absent: false.`, examples: [true], default: false });
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
  .meta({ id: 'ArtifactMetadata', description: 'The governance flags that the release gate reads.' });
export type ArtifactMetadata = z.infer<typeof ArtifactMetadata>;

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
    path_or_uri: z.string().meta({ description: 'Where it lies.', examples: ['s3://builds/1042/sbom.cdx.json'] }),
    content_hash: z
      .string()
      .nullable()
      .meta({
        description: 'Hash of its content as the caller declared it, or null.',
        examples: ['sha256:9f86d081884c'],
      }),
    created_at: utcTimestamp().meta({
      description: 'When it was attached: RFC 3339, UTC, milliseconds.',
      examples: ['2026-01-31T10:05:00.000Z'],
    }),
    metadata_json: ArtifactMetadata,
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
    path_or_uri: text(4_096).meta({ description: 'Where it lies.', examples: ['s3://builds/1042/sbom.cdx.json'] }),
    content_hash: text(256, 0)
      .nullish()
      .meta({ description: 'Hash of its content, as text of any form.', examples: ['sha256:9f86d081884c'] }),
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
  .meta({ id: 'CreateArtifactRequest', description: 'An artifact to attach to a run, in any status.' });
export type CreateArtifactRequest = z.infer<typeof CreateArtifactRequest>;

/** A new artifact and its event. Whether the run exists and has room is the store's to check. */
export function createArtifact(request: CreateArtifactRequest, id: string, stamp: Stamp) {
  const flags = request.metadata_json;
  const artifact: Artifact = {
    id,
    run_id: request.run_id,
    kind: request.kind,
    path_or_uri: request.path_or_uri,
    content_hash: request.content_hash ?? null,
    created_at: stamp.at,
    metadata_json: {
      sbom_present: flags?.sbom_present ?? false,
      slsa_provenance_present: flags?.slsa_provenance_present ?? false,
      risk_assessment_present: flags?.risk_assessment_present ?? false,
      additional_metadata: flags?.additional_metadata ?? {},
    },
  };
  // Written out: spreading the stamp would take longer than all the rest.
  const { id: eventId, at, request_id, actor } = stamp;
  const event: MaestroEvent = {
    id: eventId,
    at,
    request_id,
    actor,
    type: 'artifact.created',
    run_id: artifact.run_id,
    artifact_id: id,
    data: artifact,
  };
  return { artifact, event };
}
