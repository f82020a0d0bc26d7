// A rule of the gate: what it looks at, and what it says.
import type { RunReading } from '../evidence/reading.ts';
import type { Run } from '../run/run.ts';
import type { ArtifactFlags, Judging, Level } from './flag.ts';
import { flagsInOrder, isEvidenceOf } from './flags.ts';
import type { GateArtifact as Artifact } from './gate-artifact.ts';
import type { Reason } from './gate-reasons.ts';
import { type WeighedArtifacts, weighArtifacts } from './weigh-artifacts.ts';

/** What all rules look at. Rules change nothing of it. */
export type GateInput = {
  readonly run: Readonly<Run>;
  /** The artifacts that are evidence of the run, newest first. */
  readonly artifacts: readonly Readonly<Artifact>[];
  /** What is known of the documents of the run. */
  readonly documents: readonly RunReading[];
  /** The digest of the current trust policy; null where nothing is trusted. */
  readonly trust: string | null;
  /** The lowest level at which a flag counts. */
  readonly minimum: Level;
  readonly now: Date;
  /** The flags of each artifact, in their order, and what they add up to: computed once for all rules. */
  readonly flags: readonly Readonly<ArtifactFlags>[];
  readonly weighed: Readonly<WeighedArtifacts>;
};

/** A run with its artifacts, newest first, and the readings of its documents, as of one moment. */
export type Evidence = {
  readonly run: Readonly<Run>;
  readonly artifacts: readonly Readonly<Artifact>[];
  readonly readings: readonly RunReading[];
};

export function gateInput({ run, artifacts, readings }: Evidence, judging: Judging, now: Date): GateInput {
  const own = artifacts.filter((artifact) => isEvidenceOf(run, artifact));
  const flags = flagsInOrder(own, readings, judging);
  const weighed = weighArtifacts(own, flags);
  const { minimum, trust } = judging;
  return { run, artifacts: own, documents: readings, trust, minimum, now, flags, weighed };
}

/**
 * `blocked`: the rule was evaluated and is not met. `error`: it could not be evaluated. Only
 * `passed` is a pass.
 */
export type RuleResult =
  | { readonly outcome: 'passed' }
  | ({ readonly outcome: 'blocked' } & Readonly<Reason>)
  | ({ readonly outcome: 'error' } & Readonly<Reason>);

export type Rule = {
  /** Names the rule in logs. */
  readonly id: string;
  /** Where it throws, the gate blocks. */
  evaluate(input: GateInput): RuleResult;
};

export const PASSED: RuleResult = Object.freeze({ outcome: 'passed' });
