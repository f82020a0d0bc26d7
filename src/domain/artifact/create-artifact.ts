import { invalid } from '../errors.ts';
import type { Stamp } from '../event/event.ts';
import type { Artifact, CreateArtifactRequest } from './artifact.ts';
import type { ArtifactEvent } from './artifact-events.ts';

/** A new artifact and its event. The store checks whether the run exists and has room. */
export function createArtifact(request: CreateArtifactRequest, id: string, stamp: Stamp) {
  const flags = request.metadata_json;
  const artifact: Artifact = {
    id,
    run_id: request.run_id,
    kind: request.kind,
    path_or_uri: request.path_or_uri,
    content_hash: request.content_hash ?? null,
    about: request.about ?? [],
    created_at: stamp.at,
    metadata_json: {
      sbom_present: flags?.sbom_present ?? false,
      slsa_provenance_present: flags?.slsa_provenance_present ?? false,
      risk_assessment_present: flags?.risk_assessment_present ?? false,
      additional_metadata: flags?.additional_metadata ?? {},
    },
    content: null,
    evidence: null,
  };
  // Spelt out: spreading the stamp takes longer than the rest of the function.
  const { id: eventId, at, request_id, actor } = stamp;
  const event: ArtifactEvent = {
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

/**
 * Throws `validation_failed` where `about` names an artifact twice, or one that is not of the same
 * run. `found` are the artifacts that the store found by these ids. They are deleted only with
 * their run, so the check stays true.
 */
export function requireAbout(
  { about, run_id }: Readonly<Artifact>,
  found: ReadonlyMap<string, { run_id: string }>,
): void {
  const seen = new Set<string>();
  const errors = about.flatMap((id, index) => {
    const where = { in: 'body' as const, pointer: `/about/${index}` };
    if (seen.has(id)) return [{ ...where, detail: `names '${id}' a second time` }];
    seen.add(id);
    return found.get(id)?.run_id === run_id
      ? []
      : [{ ...where, detail: `names '${id}', which is not an artifact of the run` }];
  });
  if (errors.length > 0) throw invalid(errors);
}
