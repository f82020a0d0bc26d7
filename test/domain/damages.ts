// Ways to spoil a passing run and its evidence. Each one must cost the pass.
import type { Artifact } from '../../src/domain/artifact/artifact.ts';
import { FLAGS } from '../../src/domain/gate/flag.ts';
import { checkArtifactCompliance } from '../../src/domain/gate/flags.ts';
import type { Run } from '../../src/domain/run/run.ts';
import { ownFlags } from './rows.ts';

export type Damage = {
  name: string;
  /** What is left of a passing run and its artifacts, out of the bounds of their types where a broken store would be. */
  spoil(run: Run, artifacts: readonly Artifact[]): [run: unknown, artifacts: unknown];
  /** The gate cannot read what is left: it throws, which is no pass either. */
  unreadable?: true;
};

const NOT_SUCCEEDED: Record<string, unknown> = {
  pending: 'pending',
  running: 'running',
  failed: 'failed',
  cancelled: 'cancelled',
  'in capitals': 'SUCCEEDED',
  'with a capital': 'Succeeded',
  'with a space before': ' succeeded',
  'with a space behind': 'succeeded ',
  'with a line end': 'succeeded\n',
  'with NUL': 'succeeded\0',
  'with a Cyrillic letter': 'suc\u0441eeded',
  'cut short': 'succeed',
  'another word': 'success',
  empty: '',
  null: null,
  undefined: undefined,
  true: true,
  'a number': 1,
  'an array of it': ['succeeded'],
  'an empty array': [],
  'an object that holds it': { status: 'succeeded' },
  'an empty object': {},
  'a String object': new String('succeeded'),
};

const NOT_TRUE: Record<string, unknown> = {
  false: false,
  undefined: undefined,
  null: null,
  "the text 'true'": 'true',
  "the text 'yes'": 'yes',
  'empty text': '',
  'the number 1': 1,
  'the number 0': 0,
  'an object': {},
  'an array': [],
  'an array of true': [true],
  'an object that holds true': { value: true },
  'a Boolean object': new Boolean(true),
};

const GOOD_FLAGS = Object.fromEntries(FLAGS.map((flag) => [flag, true]));

const NOT_FLAGS: Record<string, unknown> = {
  undefined: undefined,
  null: null,
  true: true,
  'a number': 1,
  'empty text': '',
  'the JSON text of good flags': JSON.stringify(GOOD_FLAGS),
  'an empty object': {},
  'an empty array': [],
  'an array of good flags': [GOOD_FLAGS],
  'the names of the flags': [...FLAGS],
  'good flags one level too deep': { metadata_json: GOOD_FLAGS },
  'good flags among the additional metadata': { additional_metadata: GOOD_FLAGS },
  'good flags in camelCase': { sbomPresent: true, slsaProvenancePresent: true, riskAssessmentPresent: true },
  'good flags inherited, none of its own': Object.create(GOOD_FLAGS),
};

/** Does to every compliant artifact of the run what `change` does, as one that is left would still carry the pass. */
function spoilCompliant(change: (artifact: Artifact) => unknown): Damage['spoil'] {
  return (run, artifacts) => [
    run,
    artifacts.map((one) => (one.run_id === run.id && checkArtifactCompliance(ownFlags(one)) ? change(one) : one)),
  ];
}

const withoutKey = (value: object, key: string) => Object.fromEntries(Object.entries(value).filter(([k]) => k !== key));

const ofRun = (run_id: (id: string) => unknown) => spoilCompliant((one) => ({ ...one, run_id: run_id(one.run_id) }));

const STATUSES: Damage[] = [
  ...Object.entries(NOT_SUCCEEDED).map(([name, status]) => ({
    name: `the status is ${name}`,
    spoil: (run: Run, artifacts: readonly Artifact[]): [unknown, unknown] => [{ ...run, status }, artifacts],
  })),
  { name: 'the status is absent', spoil: (run, artifacts) => [withoutKey(run, 'status'), artifacts] },
];

const BAD_FLAGS: Damage[] = FLAGS.flatMap((flag) => [
  ...Object.entries(NOT_TRUE).map(([name, value]) => ({
    name: `${flag} is ${name}`,
    spoil: spoilCompliant((one) => ({ ...one, metadata_json: { ...one.metadata_json, [flag]: value } })),
  })),
  {
    name: `${flag} is absent`,
    spoil: spoilCompliant((one) => ({ ...one, metadata_json: withoutKey(one.metadata_json, flag) })),
  },
  {
    name: `${flag} stands beside metadata_json`,
    spoil: spoilCompliant((one) => ({ ...one, [flag]: true, metadata_json: withoutKey(one.metadata_json, flag) })),
  },
]);

const BAD_METADATA: Damage[] = [
  ...Object.entries(NOT_FLAGS).map(([name, metadata_json]) => ({
    name: `metadata_json is ${name}`,
    spoil: spoilCompliant((one) => ({ ...one, metadata_json })),
  })),
  { name: 'metadata_json is absent', spoil: spoilCompliant((one) => withoutKey(one, 'metadata_json')) },
];

const BAD_EVIDENCE: Damage[] = [
  { name: 'there is no artifact', spoil: (run) => [run, []] },
  { name: 'the artifacts are text', spoil: (run) => [run, 'artifacts'], unreadable: true },
  { name: 'each artifact is empty', spoil: (run, artifacts) => [run, artifacts.map(() => ({}))] },
  { name: 'each artifact is true', spoil: (run, artifacts) => [run, artifacts.map(() => true)] },
  { name: 'each artifact is a list of one', spoil: (run, artifacts) => [run, artifacts.map((one) => [one])] },
  { name: 'the artifacts are those of another run', spoil: ofRun(() => 'another-run') },
  { name: 'the run id of the artifacts has a space behind it', spoil: ofRun((id) => `${id} `) },
  { name: 'the run id of the artifacts lacks its last character', spoil: ofRun((id) => id.slice(0, -1)) },
  { name: 'the run id of the artifacts is a list', spoil: ofRun((id) => [id]) },
  { name: 'the run id of the artifacts is null', spoil: ofRun(() => null) },
  { name: 'the run id of the artifacts is absent', spoil: spoilCompliant((one) => withoutKey(one, 'run_id')) },
  { name: 'the run is another one', spoil: (run, artifacts) => [{ ...run, id: 'another-run' }, artifacts] },
  { name: 'the run has no id', spoil: (run, artifacts) => [withoutKey(run, 'id'), artifacts] },
  {
    name: 'neither the run nor its artifacts tell its id',
    spoil: (run, artifacts) => [withoutKey(run, 'id'), artifacts.map((one) => withoutKey(one, 'run_id'))],
  },
  { name: 'the artifacts have no id', spoil: spoilCompliant((one) => withoutKey(one, 'id')) },
  { name: 'the run is null', spoil: (_run, artifacts) => [null, artifacts], unreadable: true },
  { name: 'the artifacts are null', spoil: (run) => [run, null], unreadable: true },
  { name: 'the artifacts are absent', spoil: (run) => [run, undefined], unreadable: true },
  { name: 'the artifacts are an object', spoil: (run, artifacts) => [run, { ...artifacts }], unreadable: true },
  { name: 'each artifact is null', spoil: (run, artifacts) => [run, artifacts.map(() => null)], unreadable: true },
];

export const DAMAGES: readonly Damage[] = [...STATUSES, ...BAD_FLAGS, ...BAD_METADATA, ...BAD_EVIDENCE];
