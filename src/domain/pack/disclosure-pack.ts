import { z } from 'zod';
import { ArtifactContent } from '../artifact/artifact.ts';
import { idList, jsonObject, MAX_NAME_CHARACTERS, text, utcTimestamp } from '../bounds.ts';

export const DisclosurePack = z
  .object({
    id: z.string().meta({
      description: 'Id of the pack, a UUID version 7.',
      examples: ['0199a1c2-9a5d-7e6f-9c70-3b4c5d6e7f80'],
    }),
    run_id: z
      .string()
      .meta({ description: 'The run that it discloses.', examples: ['0199a1c2-7e3b-7c4d-9a5e-1f2a3b4c5d6e'] }),
    summary: z.string().meta({ description: 'What the pack says.', examples: ['Evidence for release 1042'] }),
    artifact_ids: z.array(z.string()).meta({
      description: 'The artifacts that it holds, all of this run.',
      examples: [['0199a1c2-8f4c-7d5e-8b6f-2a3b4c5d6e7f']],
    }),
    artifact_digests: z
      .array(
        z.object({
          artifact_id: z
            .string()
            .meta({ description: 'The artifact.', examples: ['0199a1c2-8f4c-7d5e-8b6f-2a3b4c5d6e7f'] }),
          ...ArtifactContent.shape.digests.shape,
        }),
      )
      .meta({
        description: 'Digests of the content of the artifacts that had content when the pack was made.',
        examples: [[]],
      }),
    artifact_contents: z
      .array(
        z.object({
          artifact_id: z
            .string()
            .meta({ description: 'The artifact.', examples: ['0199a1c2-8f4c-7d5e-8b6f-2a3b4c5d6e7f'] }),
          digest: z
            .string()
            .nullable()
            .meta({
              description: 'SHA-256 of its content, after `sha256:`; null if it had none when the pack was made.',
              examples: [null],
            }),
          reason: z
            .enum(['content_not_sent'])
            .nullable()
            .meta({
              description:
                'Why there is no digest. `content_not_sent`: its bytes were not sent before the pack was made, so ' +
                'nothing identifies them. Null if there is a digest.',
              examples: ['content_not_sent'],
            }),
        }),
      )
      // A process of the previous version leaves it out during a rolling upgrade.
      .optional()
      .meta({
        description:
          'Whether each artifact had content when the pack was made, in the order of `artifact_ids`. Left out ' +
          'in packs that an older version made.',
        examples: [[{ artifact_id: '0199a1c2-8f4c-7d5e-8b6f-2a3b4c5d6e7f', digest: null, reason: 'content_not_sent' }]],
      }),
    created_at: utcTimestamp().meta({
      description: 'When it was made: RFC 3339, UTC, milliseconds.',
      examples: ['2026-01-31T10:10:00.000Z'],
    }),
    metadata: z
      .record(z.string(), z.unknown())
      .meta({ description: 'Any JSON object, kept as sent.', examples: [{ audience: 'customer' }] }),
  })
  .meta({ id: 'DisclosurePack', description: 'A named set of the artifacts of one run, to hand out.' });
export type DisclosurePack = z.infer<typeof DisclosurePack>;

export const CreateDisclosurePackRequest = z
  .strictObject({
    run_id: text(MAX_NAME_CHARACTERS, 0).meta({
      description: 'The run to disclose.',
      examples: ['0199a1c2-7e3b-7c4d-9a5e-1f2a3b4c5d6e'],
    }),
    summary: text(10_000, 0).meta({ description: 'What the pack says.', examples: ['Evidence for release 1042'] }),
    artifact_ids: idList()
      .nullish()
      .meta({
        description:
          'The artifacts that it holds: artifacts of this run, each once. Null or absent: all that the run has now. `[]`: none.',
        examples: [['0199a1c2-8f4c-7d5e-8b6f-2a3b4c5d6e7f']],
      }),
    metadata: jsonObject()
      .nullish()
      .meta({ description: 'Any JSON object: at most 64 KiB and 32 levels.', examples: [{ audience: 'customer' }] }),
  })
  .meta({ id: 'CreateDisclosurePackRequest', description: 'A disclosure pack to make for a run.' });
export type CreateDisclosurePackRequest = z.infer<typeof CreateDisclosurePackRequest>;
