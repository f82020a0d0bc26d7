// What is signed in the other documents of a run and names a content, and who signed that.
import { z } from 'zod';
import type { Artifact } from '../domain/artifact/artifact.ts';
import { contentDigests, digestIndex } from '../domain/evidence/digests.ts';
import { EvidenceKind } from '../domain/evidence/evidence-facts.ts';
import { namedBy, statedBy } from '../domain/evidence/named-artifacts.ts';
import { readBy } from '../domain/evidence/reader.ts';
import type { RunReading } from '../domain/evidence/reading.ts';
import { Signer } from '../domain/evidence/verification.ts';
import { AttestationState, attestationReport } from '../domain/evidence/verification-report.ts';

const document = z.string().meta({
  description: 'The artifact whose content is the document.',
  examples: ['0199a1c2-9a61-7b02-8d3e-4f5a6b7c8d9e'],
});

export const NamedBy = z
  .object({
    document,
    kind: EvidenceKind,
    predicate_type: z
      .string()
      .nullable()
      .meta({
        description: 'The type of its predicate; null if it has none.',
        examples: ['https://slsa.dev/provenance/v1'],
      }),
    state: AttestationState,
    signers: z.array(Signer).meta({
      description: 'Who signed, without keys that were not valid at that time.',
      examples: [[]],
    }),
  })
  .meta({ id: 'NamedBy', description: 'Something signed that names the content of the artifact.' });

export type NamedBy = z.infer<typeof NamedBy>;

export const SignedBy = z
  .object({ document, signer: Signer })
  .meta({ id: 'SignedBy', description: 'A verified signature over the content of the artifact.' });

const MAX_SHOWN = 100;

/**
 * The artifacts and readings of the run of a document. `trust` is the digest of the current trust
 * policy; null where nothing is trusted.
 */
export type RunContext = {
  readonly artifacts: readonly Readonly<Pick<Artifact, 'id' | 'content'> & Partial<Pick<Artifact, 'evidence'>>>[];
  readonly readings: readonly RunReading[];
  readonly trust: string | null;
};

/** Both lists are cut after their first 100 entries. */
export function namingOf(artifact: Readonly<Pick<Artifact, 'id' | 'content'>>, run: RunContext) {
  const naming = [...eachNaming(artifact, run)];
  const signed_by = naming
    .filter(({ kind, state }) => kind === 'signature' && state === 'verified')
    .flatMap(({ document, signers }) =>
      signers.filter(({ trusted_as }) => trusted_as !== null).map((signer) => ({ document, signer })),
    );
  return { named_by: naming.slice(0, MAX_SHOWN), signed_by: signed_by.slice(0, MAX_SHOWN) };
}

function* eachNaming(
  artifact: Readonly<Pick<Artifact, 'id' | 'content'>>,
  { artifacts, readings, trust }: RunContext,
): Generator<NamedBy> {
  const digests = contentDigests(artifact);
  if (digests.length === 0) return;
  const own = digestIndex([[artifact.id, digests]]);
  const current = new Set(artifacts.filter(({ evidence }) => readBy(evidence) === 'ours').map(({ id }) => id));
  for (const { artifact_id, verification } of readings) {
    if (artifact_id === artifact.id || verification === null || !current.has(artifact_id)) continue;
    for (const one of verification.attestations) {
      if (namedBy(statedBy(one), own).size === 0) continue;
      const { state } = attestationReport(one, verification.trust !== trust, [artifact.id]);
      const { kind, predicate_type, signers } = one;
      yield { document: artifact_id, kind, predicate_type, state, signers };
    }
  }
}
