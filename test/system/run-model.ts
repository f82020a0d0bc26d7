// What the service is meant to do, written a second time: pure, without a clock or ids, and knowing nothing of the code
// under test but its types.
import { isDeepStrictEqual } from 'node:util';
import type { Artifact, CreateArtifactRequest } from '../../src/domain/artifact/artifact.ts';
import type { CreateDisclosurePackRequest, DisclosurePack } from '../../src/domain/pack/disclosure-pack.ts';
import type { CreateRunRequest, Run, RunStatus, UpdateRunRequest } from '../../src/domain/run/run.ts';
import { expectedReport, expectedVerdict } from './expected-verdict.ts';
import type { Model, Timed } from './linearizability.ts';

export type Command =
  | { kind: 'createRun'; body: CreateRunRequest }
  | { kind: 'updateRun'; run_id: string; body: UpdateRunRequest }
  | { kind: 'createArtifact'; body: CreateArtifactRequest }
  | { kind: 'createPack'; body: CreateDisclosurePackRequest }
  | { kind: 'getRun' | 'getGate' | 'enforceGate' | 'getManifest'; run_id: string }
  | { kind: 'getArtifact'; artifact_id: string }
  | { kind: 'getPack'; pack_id: string }
  | { kind: 'listRuns'; status?: RunStatus }
  | { kind: 'listArtifacts' | 'listPacks'; run_id?: string };

export type Answer = { status: number; body: Record<string, unknown> };
export type Exchange = Timed & { readonly id: string; readonly command: Command; readonly answer: Answer };

type Rows<Row> = Readonly<Record<string, Row>>;
export type State = {
  readonly runs: Rows<Run>;
  readonly artifacts: Rows<Artifact>;
  readonly packs: Rows<DisclosurePack>;
};

type Expected = { status: number; body?: unknown; problem?: string; state?: State };

/** The model of a tenant whose runs hold at most `maxArtifacts` artifacts each. */
export function runModel(maxArtifacts: number): Model<State, Exchange> {
  return {
    initial: { runs: {}, artifacts: {}, packs: {} },
    mayChange: ({ command, answer }) => WRITES.includes(command.kind) && answer.status < 400,
    step(state, { command, answer }) {
      const expected = expectedOf(state, command, answer.body, maxArtifacts);
      return fits(answer, expected) ? (expected.state ?? state) : null;
    },
    // Which artifacts and packs there are, and what is in them, follows from the answers; how a run stands, from the order too.
    key: ({ runs }) => JSON.stringify(newestFirst(runs)),
  };
}

const WRITES: readonly Command['kind'][] = ['createRun', 'updateRun', 'createArtifact', 'createPack'];

function fits(answer: Answer, expected: Expected): boolean {
  if (answer.status !== expected.status) return false;
  if (expected.problem !== undefined && answer.body.type !== `urn:maestro:problem:${expected.problem}`) return false;
  if (expected.body === undefined) return true;
  const { type: _t, title: _i, status: _s, detail: _d, instance: _n, ...verdict } = answer.body;
  return isDeepStrictEqual(expected.problem === undefined ? answer.body : verdict, expected.body);
}

function expectedOf(state: State, command: Command, seen: Answer['body'], maxArtifacts: number): Expected {
  switch (command.kind) {
    case 'createRun':
      return createdRun(state, command.body, seen);
    case 'updateRun':
      return updatedRun(state, command.run_id, command.body, seen);
    case 'createArtifact':
      return createdArtifact(state, command.body, seen, maxArtifacts);
    case 'createPack':
      return createdPack(state, command.body, seen);
    case 'getRun':
      return row(state.runs, command.run_id, 'run_not_found');
    case 'getArtifact':
      return row(state.artifacts, command.artifact_id, 'artifact_not_found');
    case 'getPack':
      return row(state.packs, command.pack_id, 'disclosure_pack_not_found');
    case 'getGate':
    case 'enforceGate':
      return gate(state, command.run_id, seen, command.kind === 'enforceGate');
    case 'getManifest':
      return manifest(state, command.run_id);
    case 'listRuns':
      return rows(state.runs, (run) => command.status === undefined || run.status === command.status);
    case 'listArtifacts':
      return rows(state.artifacts, (one) => command.run_id === undefined || one.run_id === command.run_id);
    case 'listPacks':
      return rows(state.packs, (pack) => command.run_id === undefined || pack.run_id === command.run_id);
  }
}

const refused = (status: number, problem: string): Expected => ({ status, problem });
const UNKNOWN_RUN = refused(404, 'run_not_found');

function newestFirst<Row extends { id: string }>(all: Rows<Row>, take: (row: Row) => boolean = () => true): Row[] {
  return Object.values(all)
    .filter(take)
    .sort((a, b) => (a.id < b.id ? 1 : -1));
}

const ofRun = (run_id: string) => (one: { run_id: string }) => one.run_id === run_id;

function row<Row>(all: Rows<Row>, id: string, problem: string): Expected {
  return id in all ? { status: 200, body: all[id] } : refused(404, problem);
}

function rows<Row extends { id: string }>(all: Rows<Row>, take: (row: Row) => boolean): Expected {
  return { status: 200, body: newestFirst(all, take) };
}

// The server chooses ids and times: the model takes those that it answered with, once.
function created<Row extends { id: string }>(all: Rows<Row>, made: Row, state: (all: Rows<Row>) => State): Expected {
  if (typeof made.id !== 'string' || made.id in all) return { status: 0 };
  return { status: 201, body: made, state: state({ ...all, [made.id]: made }) };
}

function createdRun(state: State, body: CreateRunRequest, seen: Answer['body']): Expected {
  const run: Run = {
    id: seen.id as string,
    name: body.name,
    owner: body.owner,
    started_at: seen.started_at as string,
    finished_at: null,
    status: 'pending',
    cost_estimate: body.cost_estimate ?? null,
    cost_actual: null,
    related_entity_ids: body.related_entity_ids ?? [],
    related_decision_ids: body.related_decision_ids ?? [],
    metadata: body.metadata ?? {},
  };
  return created(state.runs, run, (runs) => ({ ...state, runs }));
}

const FINAL: readonly RunStatus[] = ['succeeded', 'failed', 'cancelled'];

function updatedRun(state: State, id: string, body: UpdateRunRequest, seen: Answer['body']): Expected {
  const run = state.runs[id];
  if (run === undefined) return UNKNOWN_RUN;
  const status = body.status ?? run.status;
  const reported = body.finished_at ?? null;
  const [wasFinal, isFinal] = [FINAL.includes(run.status), FINAL.includes(status)];
  const moves = status !== run.status;
  if (moves && (wasFinal || status === 'pending')) return refused(409, 'invalid_status_transition');
  if (wasFinal && reported !== null && reported !== run.finished_at) return refused(409, 'run_finished');
  if (!isFinal && reported !== null) return refused(422, 'validation_failed');
  const finished = wasFinal ? run.finished_at : isFinal ? (reported ?? (seen.finished_at as string)) : null;
  if (isFinal && typeof finished !== 'string') return { status: 0 };
  const cost_actual = body.cost_actual ?? run.cost_actual;
  const metadata = body.metadata ?? run.metadata;
  const next: Run = { ...run, status, finished_at: finished, cost_actual, metadata };
  if (isDeepStrictEqual(next, run)) return { status: 200, body: run };
  return { status: 200, body: next, state: { ...state, runs: { ...state.runs, [id]: next } } };
}

function createdArtifact(state: State, body: CreateArtifactRequest, seen: Answer['body'], most: number): Expected {
  if (!(body.run_id in state.runs)) return UNKNOWN_RUN;
  if (newestFirst(state.artifacts, ofRun(body.run_id)).length >= most) return refused(409, 'run_full');
  const artifact: Artifact = {
    id: seen.id as string,
    run_id: body.run_id,
    kind: body.kind,
    path_or_uri: body.path_or_uri,
    content_hash: body.content_hash ?? null,
    created_at: seen.created_at as string,
    metadata_json: {
      sbom_present: body.metadata_json?.sbom_present ?? false,
      slsa_provenance_present: body.metadata_json?.slsa_provenance_present ?? false,
      risk_assessment_present: body.metadata_json?.risk_assessment_present ?? false,
      additional_metadata: body.metadata_json?.additional_metadata ?? {},
    },
    about: [],
    content: null,
    evidence: null,
  };
  return created(state.artifacts, artifact, (artifacts) => ({ ...state, artifacts }));
}

function createdPack(state: State, body: CreateDisclosurePackRequest, seen: Answer['body']): Expected {
  if (!(body.run_id in state.runs)) return UNKNOWN_RUN;
  const all = newestFirst(state.artifacts, ofRun(body.run_id)).reverse();
  const artifact_ids = body.artifact_ids ?? all.map(({ id }) => id);
  if (artifact_ids.some((id) => !(id in state.artifacts))) return refused(404, 'artifact_not_found');
  const own = artifact_ids.every((id) => state.artifacts[id]?.run_id === body.run_id);
  if (!own || new Set(artifact_ids).size < artifact_ids.length) return refused(422, 'validation_failed');
  const pack: DisclosurePack = {
    id: seen.id as string,
    run_id: body.run_id,
    summary: body.summary,
    artifact_ids,
    artifact_digests: [],
    artifact_contents: artifact_ids.map((artifact_id) => ({ artifact_id, digest: null, reason: 'content_not_sent' })),
    created_at: seen.created_at as string,
    metadata: body.metadata ?? {},
  };
  return created(state.packs, pack, (packs) => ({ ...state, packs }));
}

function gate(state: State, run_id: string, seen: Answer['body'], enforce: boolean): Expected {
  const run = state.runs[run_id];
  if (run === undefined) return UNKNOWN_RUN;
  const body = expectedVerdict(run, newestFirst(state.artifacts, ofRun(run_id)), seen);
  return enforce && !body.passed ? { ...refused(409, 'release_blocked'), body } : { status: 200, body };
}

function manifest(state: State, run_id: string): Expected {
  const run = state.runs[run_id];
  if (run === undefined) return UNKNOWN_RUN;
  const artifacts = newestFirst(state.artifacts, ofRun(run_id));
  const [disclosure_pack = null] = newestFirst(state.packs, ofRun(run_id));
  const compliance_report = expectedReport(run, artifacts);
  return { status: 200, body: { run, artifacts, disclosure_pack, compliance_report } };
}
