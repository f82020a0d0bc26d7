// What the gate reports beside its verdict: mistakes that do not block.
import { z } from 'zod';
import { hashFinding } from '../artifact/content-hash.ts';
import type { GateArtifact as Artifact } from './gate-artifact.ts';
import { onceForRow } from './once-for-row.ts';

export const GateWarning = z
  .object({
    code: z.enum(['content_hash_not_compared']).meta({
      description: 'The kind of warning, for programs. Codes are added, never renamed.',
      examples: ['content_hash_not_compared'],
    }),
    artifact_id: z.string().meta({ description: 'The artifact.', examples: ['0199a1c2-8f4c-7d5e-8b6f-2a3b4c5d6e7f'] }),
    message: z.string().meta({
      description: 'The warning as text.',
      examples: ['content_hash is no complete SHA-256, SHA-384 or SHA-512: no bytes are compared with it'],
    }),
  })
  .meta({ id: 'GateWarning', description: 'Something about an artifact that is probably not what the caller meant.' });
export type GateWarning = z.infer<typeof GateWarning>;

/** The warnings about some artifacts, in their order: at most `most`. */
export function warningsOf(artifacts: readonly Readonly<Artifact>[], most: number): GateWarning[] {
  const warnings: GateWarning[] = [];
  for (const artifact of artifacts) {
    if (warnings.length >= most) break;
    // Fast path: most artifacts declare none, and a gate may look at thousands.
    const warning = artifact.content_hash === null ? null : warningOf(artifact);
    if (warning !== null) warnings.push(warning);
  }
  return warnings;
}

// To compare the texts of 1,000 artifacts with every spelling of a digest takes longer than all else
// that a gate does.
const warningOf = onceForRow((artifact: Readonly<Artifact>): GateWarning | null => {
  const finding = hashFinding(artifact);
  if (finding === null) return null;
  return Object.freeze({ code: 'content_hash_not_compared', artifact_id: artifact.id, message: finding.message });
});
