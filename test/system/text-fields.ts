// Every place of the API that takes text, and what each does with a text.
import type { WriteName } from './writes.ts';

export type TextField = {
  write: WriteName;
  /** The members of a body that holds the text there, and nothing else that could be refused. */
  members(text: string): object;
  /** The status that answers it. */
  answer(text: string): number;
  /** The place that a 422 names. */
  pointer: string;
};

const RUN = 'POST /maestro/runs';
const UPDATE = 'PATCH /maestro/runs/{run_id}';
const ARTIFACT = 'POST /maestro/artifacts';
const PACK = 'POST /maestro/disclosure-packs';

const charactersIn = (text: string) => [...text].length;
const within = (min: number, max: number, success: number) => (text: string) =>
  charactersIn(text) >= min && charactersIn(text) <= max ? success : 422;
const always = (status: number) => () => status;

const inMetadata = (write: WriteName, success: number, wrap = (metadata: object): object => ({ metadata })) => ({
  [`a key of the metadata of ${write}`]: {
    write,
    members: (text: string) => wrap({ [text]: { [text]: 1 } }),
    answer: always(success),
    pointer: '',
  },
  [`a value in the metadata of ${write}`]: {
    write,
    members: (text: string) => wrap({ a: text, b: [{ c: text }] }),
    answer: always(success),
    pointer: '',
  },
});

/** The fields of bodies, by what to call them. */
export const TEXT_FIELDS: Record<string, TextField> = {
  'the name of a run': {
    write: RUN,
    members: (name) => ({ name }),
    answer: within(1, 256, 201),
    pointer: '/name',
  },
  'the owner of a run': {
    write: RUN,
    members: (owner) => ({ owner }),
    answer: within(1, 256, 201),
    pointer: '/owner',
  },
  'the entity ids of a run': {
    write: RUN,
    members: (id) => ({ related_entity_ids: ['first', id] }),
    answer: within(1, 256, 201),
    pointer: '/related_entity_ids/1',
  },
  'the decision ids of a run': {
    write: RUN,
    members: (id) => ({ related_decision_ids: [id] }),
    answer: within(1, 256, 201),
    pointer: '/related_decision_ids/0',
  },
  ...inMetadata(RUN, 201),
  'the status of a run': {
    write: UPDATE,
    members: (status) => ({ status }),
    answer: always(422),
    pointer: '/status',
  },
  'the end of a run': {
    write: UPDATE,
    members: (finished_at) => ({ finished_at }),
    answer: always(422),
    pointer: '/finished_at',
  },
  ...inMetadata(UPDATE, 200),
  'the run of an artifact': {
    write: ARTIFACT,
    members: (run_id) => ({ run_id }),
    answer: within(0, 256, 404),
    pointer: '/run_id',
  },
  'the kind of an artifact': {
    write: ARTIFACT,
    members: (kind) => ({ kind }),
    answer: always(422),
    pointer: '/kind',
  },
  'the place of an artifact': {
    write: ARTIFACT,
    members: (path_or_uri) => ({ path_or_uri }),
    answer: within(1, 4_096, 201),
    pointer: '/path_or_uri',
  },
  'the hash of an artifact': {
    write: ARTIFACT,
    members: (content_hash) => ({ content_hash }),
    answer: within(0, 256, 201),
    pointer: '/content_hash',
  },
  ...inMetadata(ARTIFACT, 201, (additional_metadata) => ({ metadata_json: { additional_metadata } })),
  'the run of a pack': {
    write: PACK,
    members: (run_id) => ({ run_id }),
    answer: within(0, 256, 404),
    pointer: '/run_id',
  },
  'the summary of a pack': {
    write: PACK,
    members: (summary) => ({ summary }),
    answer: within(0, 10_000, 201),
    pointer: '/summary',
  },
  'the artifacts of a pack': {
    write: PACK,
    members: (id) => ({ artifact_ids: [id] }),
    answer: within(1, 256, 404),
    pointer: '/artifact_ids/0',
  },
  ...inMetadata(PACK, 201),
};

/** Query parameters: the path, the name, and what answers a text that no row bears. */
export const TEXT_PARAMETERS: [path: string, name: string, answer: (text: string) => number][] = [
  ['/maestro/runs', 'owner', within(1, 256, 200)],
  ['/maestro/runs', 'status', always(422)],
  ['/maestro/runs', 'limit', (text) => (/^[1-9]\d{0,2}$|^1000$/.test(text) ? 200 : 422)],
  ['/maestro/runs', 'cursor', always(422)],
  ['/maestro/artifacts', 'run_id', always(200)],
  ['/maestro/artifacts', 'cursor', always(422)],
  ['/maestro/disclosure-packs', 'run_id', always(200)],
  ['/maestro/disclosure-packs', 'limit', (text) => (/^[1-9]\d{0,2}$|^1000$/.test(text) ? 200 : 422)],
  ['/maestro/runs/{run_id}/release-gate', 'enforce', (text) => (text === 'true' ? 409 : text === 'false' ? 200 : 422)],
];

/** Paths with an id in them. */
export const ID_PATHS = [
  '/maestro/runs/{id}',
  '/maestro/runs/{id}/manifest',
  '/maestro/runs/{id}/release-gate',
  '/maestro/artifacts/{id}',
  '/maestro/disclosure-packs/{id}',
];
