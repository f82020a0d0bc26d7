import type { Artifact } from '../artifact/artifact.ts';
import { type FieldError, invalid } from '../errors.ts';
import type { Stamp } from '../event/event.ts';
import type { CreateDisclosurePackRequest, DisclosurePack } from './disclosure-pack.ts';
import type { DisclosurePackEvent } from './disclosure-pack-events.ts';

/**
 * A new pack of `artifacts` and its event. The store looks the artifacts up inside its lock: those
 * that the request names, in that order, or all of the run. Throws `validation_failed` for an
 * artifact that is named twice or belongs to another run.
 */
export function createDisclosurePack(
  request: CreateDisclosurePackRequest,
  artifacts: readonly Readonly<Artifact>[],
  id: string,
  stamp: Stamp,
) {
  requireOwnArtifacts(request.run_id, artifacts);
  const pack: DisclosurePack = {
    id,
    run_id: request.run_id,
    summary: request.summary,
    artifact_ids: artifacts.map((artifact) => artifact.id),
    artifact_digests: artifacts.flatMap(({ id: artifact_id, content }) =>
      content === null ? [] : [{ artifact_id, ...content.digests }],
    ),
    artifact_contents: artifacts.map(({ id: artifact_id, content }) =>
      content === null
        ? { artifact_id, digest: null, reason: 'content_not_sent' }
        : { artifact_id, digest: `sha256:${content.digests.sha256}`, reason: null },
    ),
    created_at: stamp.at,
    metadata: request.metadata ?? {},
  };
  const event: DisclosurePackEvent = {
    ...stamp,
    type: 'disclosure_pack.created',
    run_id: pack.run_id,
    pack_id: id,
    data: pack,
  };
  return { pack, event };
}

function requireOwnArtifacts(run_id: string, artifacts: readonly Readonly<Artifact>[]): void {
  const seen = new Set<string>();
  const errors = artifacts.flatMap((artifact, index): FieldError[] => {
    const where = { in: 'body' as const, pointer: `/artifact_ids/${index}` };
    if (artifact.run_id !== run_id) return [{ ...where, detail: `artifact '${artifact.id}' belongs to another run` }];
    if (seen.has(artifact.id)) return [{ ...where, detail: `names '${artifact.id}' a second time` }];
    seen.add(artifact.id);
    return [];
  });
  if (errors.length > 0) throw invalid(errors);
}
