// Random commands of concurrent clients. A script names runs and artifacts by their place among those known when a
// command is sent, so that the same script fits whatever ids the server makes.
import fc from 'fast-check';
import type { UpdateRunRequest } from '../../src/domain/run/run.ts';
import type { Command } from './run-model.ts';

/** What the clients know when a command is sent. */
export type Known = {
  runs: readonly string[];
  artifacts: readonly string[];
  packs: readonly string[];
  /** The id that the server makes after `ahead - 1` others: perhaps of a run that is being created just now. */
  comingId(ahead: number): string;
};

/** A command that is complete but for the ids in it. */
export type Intent = (known: Known) => Command;

export type Script = readonly (readonly Intent[])[];

type Place = { nth: number; among: 'known' | 'coming' | 'never' };

// Mostly something known, sometimes an id that may come to exist at any moment, seldom one that never will.
const anyPlace: fc.Arbitrary<Place> = fc.record({
  nth: fc.constantFrom(0, 1, 2, 3, 4, 5),
  among: fc.constantFrom('known', 'known', 'known', 'known', 'known', 'known', 'known', 'coming', 'coming', 'never'),
});

function idAt(known: Known, ids: readonly string[], { nth, among }: Place): string {
  const id = ids[nth % ids.length];
  if (among === 'never') return 'never-made';
  return id === undefined || among === 'coming' ? known.comingId(nth + 1) : id;
}

const anyStatus = fc.constantFrom('pending', 'running', 'running', 'succeeded', 'succeeded', 'failed', 'cancelled');
const anyMetadata = fc.constantFrom(0, 1, 2, 3, 4, 5, 6, 7, 8, 9).map((mark) => ({ mark }));
const anyCost = fc.constantFrom(0, 1, 2);
const anyFinish = fc.constantFrom('2026-01-31T10:00:00.000Z', '2026-01-31T11:00:00.000Z');
// Most updates can succeed at some time; a few end the run, after which most are refused.
const anyUpdate: fc.Arbitrary<UpdateRunRequest> = fc.oneof(
  { arbitrary: fc.record({ metadata: anyMetadata }), weight: 3 },
  { arbitrary: fc.record({ cost_actual: anyCost }), weight: 3 },
  { arbitrary: fc.record({ cost_actual: anyCost, metadata: anyMetadata }), weight: 2 },
  { arbitrary: fc.record({ status: fc.constant('running'), metadata: anyMetadata }), weight: 3 },
  { arbitrary: fc.record({ status: anyStatus }), weight: 2 },
  { arbitrary: fc.record({ status: anyStatus, finished_at: anyFinish, cost_actual: anyCost }), weight: 1 },
  { arbitrary: fc.record({ finished_at: anyFinish }), weight: 1 },
);
const anyFlags = fc.record({
  sbom_present: fc.constant(true),
  slsa_provenance_present: fc.boolean(),
  risk_assessment_present: fc.boolean(),
});

const createRun: fc.Arbitrary<Intent> = fc
  .nat({ max: 99 })
  .map((mark) => () => ({ kind: 'createRun', body: { name: `build ${mark}`, owner: 'team-a', metadata: { mark } } }));

const updateRun: fc.Arbitrary<Intent> = fc.tuple(anyPlace, anyUpdate).map(([run, body]) => (known) => ({
  kind: 'updateRun',
  run_id: idAt(known, known.runs, run),
  body,
}));

const createArtifact: fc.Arbitrary<Intent> = fc.tuple(anyPlace, anyFlags).map(([run, metadata_json]) => (known) => ({
  kind: 'createArtifact',
  body: { run_id: idAt(known, known.runs, run), kind: 'other', path_or_uri: 's3://builds/1', metadata_json },
}));

const createPack: fc.Arbitrary<Intent> = fc
  .tuple(anyPlace, fc.option(fc.array(anyPlace, { maxLength: 2 })))
  .map(([run, artifacts]) => (known) => ({
    kind: 'createPack',
    body: {
      run_id: idAt(known, known.runs, run),
      summary: 'Evidence',
      artifact_ids: artifacts?.map((place) => idAt(known, known.artifacts, place)) ?? null,
    },
  }));

const readRun: fc.Arbitrary<Intent> = fc
  .tuple(fc.constantFrom('getRun', 'getGate', 'enforceGate', 'getManifest'), anyPlace)
  .map(([kind, run]) => (known) => ({ kind, run_id: idAt(known, known.runs, run) }));

const readOther: fc.Arbitrary<Intent> = fc.oneof(
  anyPlace.map((place) => (known: Known): Command => {
    return { kind: 'getArtifact', artifact_id: idAt(known, known.artifacts, place) };
  }),
  anyPlace.map((place) => (known: Known): Command => {
    return { kind: 'getPack', pack_id: idAt(known, known.packs, place) };
  }),
  anyStatus.map((status) => (): Command => ({ kind: 'listRuns', status })),
  fc.tuple(fc.constantFrom('listArtifacts', 'listPacks'), anyPlace).map(([kind, run]) => (known: Known): Command => {
    return { kind, run_id: idAt(known, known.runs, run) };
  }),
);

const anyIntent = fc.oneof(
  { arbitrary: createRun, weight: 1 },
  { arbitrary: updateRun, weight: 7 },
  { arbitrary: createArtifact, weight: 4 },
  { arbitrary: createPack, weight: 2 },
  { arbitrary: readRun, weight: 7 },
  { arbitrary: readOther, weight: 3 },
);

/** Scripts of `clients` times `length` commands, the same ones for the same seed. */
export function scripts(count: number, seed: number, clients: number, length: number): Script[] {
  const exactly = (size: number) => ({ minLength: size, maxLength: size });
  return fc.sample(fc.array(fc.array(anyIntent, exactly(length)), exactly(clients)), { numRuns: count, seed });
}
