// The flags that the caller declared, unless the artifact's own content contradicts them.
import { isContradicted } from '../evidence/contradiction.ts';
import type { EvidenceFacts } from '../evidence/evidence-facts.ts';
import { isOutdated } from '../evidence/pending.ts';
import { type ArtifactFlags, FLAGS, type FlagState, KIND_OF_FLAG } from './flag.ts';
import type { GateArtifact as Artifact } from './gate-artifact.ts';
import { onceForRow } from './once-for-row.ts';

export type FactsByArtifact = ReadonlyMap<string, EvidenceFacts | null>;

const DECLARED = Object.freeze<FlagState>({
  value: true,
  level: 'asserted',
  because: 'declared',
  document: null,
  signer: null,
});
const NOT_DECLARED = Object.freeze<FlagState>({
  value: false,
  level: 'asserted',
  because: 'not_declared',
  document: null,
  signer: null,
});

// Most artifacts have no content, and then there are eight possible results. They are made once.
const BY_DECLARATION = Array.from({ length: 8 }, (_, declared) =>
  Object.freeze<ArtifactFlags>({
    sbom_present: declared & 1 ? DECLARED : NOT_DECLARED,
    slsa_provenance_present: declared & 2 ? DECLARED : NOT_DECLARED,
    risk_assessment_present: declared & 4 ? DECLARED : NOT_DECLARED,
  }),
) as [Readonly<ArtifactFlags>, ...Readonly<ArtifactFlags>[]];

/**
 * Only the artifact's own boolean `true` counts. A missing, odd or inherited value, which the types
 * rule out and a damaged store or prototype does not, is a missing flag.
 */
export function declaredFlags(artifact: Readonly<Artifact>, facts: FactsByArtifact): Readonly<ArtifactFlags> {
  const { id, kind } = artifact;
  const declared = declaration(artifact);
  // Most artifacts have no content, and a gate over many of them spends its time here.
  if (artifact.evidence === null) return declared;
  const doubt = doubtOf(artifact, facts.get(id) ?? null);
  if (doubt === null) return declared;
  const flag = FLAGS.find((one) => KIND_OF_FLAG[one] === kind);
  if (flag === undefined || !declared[flag].value) return declared;
  const level = doubt === 'contradicted' ? 'parsed' : 'asserted';
  return { ...declared, [flag]: { value: false, level, because: doubt, document: id, signer: null } };
}

const declaration = onceForRow(
  ({ metadata_json: flags }: Readonly<Artifact>): Readonly<ArtifactFlags> => {
    const [sbom, provenance, risk] = [
      flags?.sbom_present === true && Object.hasOwn(flags, 'sbom_present'),
      flags?.slsa_provenance_present === true && Object.hasOwn(flags, 'slsa_provenance_present'),
      flags?.risk_assessment_present === true && Object.hasOwn(flags, 'risk_assessment_present'),
    ];
    return BY_DECLARATION[(sbom ? 1 : 0) + (provenance ? 2 : 0) + (risk ? 4 : 0)] ?? BY_DECLARATION[0];
  },
  (artifact) => Object.isFrozen(artifact) && Object.isFrozen(artifact.metadata_json),
);

// Whether outdated content contradicts the declaration is unknown until it is read again: an older
// reader may have taken it for another kind of document. Where it cannot be read again, the
// background job gives up, and the declaration counts as before.
function doubtOf(artifact: Readonly<Artifact>, facts: EvidenceFacts | null): 'contradicted' | 'outdated' | null {
  if (isOutdated(artifact)) return 'outdated';
  return isContradicted(artifact, facts) ? 'contradicted' : null;
}
