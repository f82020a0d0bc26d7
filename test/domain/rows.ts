// Rows as a store holds them, made for the tests of the pure rules.
import fc from 'fast-check';
import type { Artifact, ArtifactContent, ArtifactMetadata } from '../../src/domain/artifact/artifact.ts';
import type { ReceivedContent } from '../../src/domain/artifact/store-content.ts';
import { ANONYMOUS } from '../../src/domain/event/actor.ts';
import type { Stamp } from '../../src/domain/event/event.ts';
import type { Reading } from '../../src/domain/evidence/reading.ts';
import { type ArtifactFlags, FLAGS, type Flag, type FlagState } from '../../src/domain/gate/flag.ts';
import { flagsOf } from '../../src/domain/gate/flags.ts';
import { type Run, RunStatus } from '../../src/domain/run/run.ts';

export const STAMP: Stamp = {
  id: 'event-1',
  at: '2026-01-31T10:30:00.000Z',
  request_id: 'request-1',
  actor: ANONYMOUS,
};

export function aRun(changes: Partial<Run> = {}): Run {
  return {
    id: 'run-1',
    name: 'build 1',
    owner: 'team-a',
    started_at: '2026-01-31T10:00:00.000Z',
    finished_at: null,
    status: 'pending',
    cost_estimate: null,
    cost_actual: null,
    related_entity_ids: [],
    related_decision_ids: [],
    metadata: {},
    ...changes,
  };
}

/** A compliant artifact of `run-1`, unless told otherwise. */
export function anArtifact(changes: Partial<Artifact> = {}, metadata: Partial<ArtifactMetadata> = {}): Artifact {
  return {
    id: 'artifact-1',
    run_id: 'run-1',
    kind: 'other',
    path_or_uri: 's3://builds/1',
    content_hash: null,
    about: [],
    created_at: '2026-01-31T10:05:00.000Z',
    metadata_json: {
      sbom_present: true,
      slsa_provenance_present: true,
      risk_assessment_present: true,
      additional_metadata: {},
      ...metadata,
    },
    content: null,
    evidence: null,
    ...changes,
  };
}

/** Bytes that Maestro holds. */
export const A_CONTENT: ArtifactContent = {
  digests: { sha256: 'a'.repeat(64), sha512: 'b'.repeat(128) },
  size: 4,
  media_type: 'application/octet-stream',
  stored_at: '2026-01-31T10:06:00.000Z',
};

/** What a reader made of an SBOM. */
export const A_READING: Reading = {
  state: 'read',
  kind: 'sbom',
  format: 'cyclonedx-json',
  version: '1.6',
  tool: { name: 'npm', version: '11.6.0' },
  subjects: [{ name: 'payment-api', digests: { sha256: 'a'.repeat(64) } }],
  subjects_total: 1,
  facts: {
    kind: 'sbom',
    components: 1,
    with_purl: 1,
    with_version: 1,
    with_licence: 0,
    with_hash: 0,
    with_supplier: 0,
    relationships: 0,
    created: null,
    subject: null,
    ntia: {
      supplier_name: false,
      component_name: true,
      version: true,
      unique_identifier: true,
      dependency_relationship: false,
      author: true,
      timestamp: false,
    },
    licences: {},
  },
  findings: [],
  findings_total: 0,
  valid: true,
  verification: null,
};

const because = (flag: Flag, metadata: Partial<ArtifactMetadata>): FlagState => {
  const value = metadata[flag] ?? true;
  return { value, level: 'asserted', because: value ? 'declared' : 'not_declared', document: null, signer: null };
};

/** The flags of an artifact that rest on the word of the caller alone. */
export function declaredFlags(metadata: Partial<ArtifactMetadata> = {}): ArtifactFlags {
  return Object.fromEntries(FLAGS.map((flag) => [flag, because(flag, metadata)])) as ArtifactFlags;
}

/** The flags of an artifact that is alone in its run. */
export function ownFlags(artifact: Artifact) {
  return flagsOf([artifact]).get(artifact.id);
}

/** Every way to lack at least one flag. */
export const anyIncompleteFlags = fc
  .tuple(fc.boolean(), fc.boolean(), fc.boolean())
  .filter((values) => values.includes(false))
  .map((values) => Object.fromEntries(FLAGS.map((flag, index) => [flag, values[index]])) as Partial<ArtifactMetadata>);

export const anyStatus = fc.constantFrom(...RunStatus.options);

const anyArtifactId = fc.uuid({ version: 7 });

export const anyCompliant = (run_id: string) => anyArtifactId.map((id) => anArtifact({ id, run_id }));

export const anyIncomplete = (run_id: string) =>
  fc.tuple(anyArtifactId, anyIncompleteFlags).map(([id, flags]) => anArtifact({ id, run_id }, flags));

/** Compliant or not, but of other runs. */
export const anyForeign = (run_id: string) =>
  fc
    .tuple(fc.oneof(fc.uuid({ version: 7 }), fc.constantFrom(`${run_id} `, `${run_id}0`, '')), fc.boolean())
    .chain(([other, compliant]) => (compliant ? anyCompliant(other) : anyIncomplete(other)));

export const anyArtifact = (run_id: string) =>
  fc.oneof(anyCompliant(run_id), anyIncomplete(run_id), anyForeign(run_id));

export function anyOrder<T>(items: readonly T[]): fc.Arbitrary<T[]> {
  return fc.shuffledSubarray([...items], { minLength: items.length, maxLength: items.length });
}

/** Content as it was received: the bytes `test`. */
export const RECEIVED: ReceivedContent = {
  digests: {
    sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    sha384: null,
    sha512:
      'ee26b0dd4af7e749aa1a8ee3c10ae9923f618980772e473f8819a5d4940e0db27ac185f8a0e1d5f84f88bc887fd67b143732c304cc5fa9ad8e6f57f50028a8ff',
  },
  size: 4,
  media_type: 'text/plain',
  holds_no_data: false,
};
