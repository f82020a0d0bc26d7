// The gate over rows of a test.
import { expect } from 'vitest';
import { z } from 'zod';
import type { Artifact } from '../../../src/domain/artifact/artifact.ts';
import type { RunReading } from '../../../src/domain/evidence/reading.ts';
import { ComplianceReport, generateComplianceReport } from '../../../src/domain/gate/compliance-report.ts';
import { DEFAULT_JUDGING, type Judging } from '../../../src/domain/gate/flag.ts';
import { isStale } from '../../../src/domain/gate/is-stale.ts';
import { checkReleaseGate } from '../../../src/domain/gate/release-gate.ts';
import { ReleaseGateResult } from '../../../src/domain/gate/release-gate-result.ts';
import { type Evidence, gateInput, type Rule } from '../../../src/domain/gate/rule.ts';
import { RunManifest, type RunSnapshot, runManifest } from '../../../src/domain/gate/run-manifest.ts';
import type { Run } from '../../../src/domain/run/run.ts';
import { textWriter } from '../../../src/json/text-writer.ts';
import { ROW_SCHEMAS } from '../../../src/start/app.ts';

export const NOW = new Date('2026-01-31T11:00:00.000Z');

export function inputOf(
  run: Readonly<Run>,
  artifacts: readonly Readonly<Artifact>[],
  readings: readonly RunReading[] = [],
  judging: Judging = DEFAULT_JUDGING,
) {
  return gateInput({ run, artifacts, readings }, judging, NOW);
}

export function gateOf(
  run: Readonly<Run>,
  artifacts: readonly Readonly<Artifact>[],
  readings: readonly RunReading[] = [],
  judging: Judging = DEFAULT_JUDGING,
  rules?: readonly Rule[],
) {
  return written(ReleaseGateResult, checkReleaseGate(inputOf(run, artifacts, readings, judging), rules));
}

/** All that is judged of evidence: the verdict, and whether it may only be stale. */
export function judgedAt(evidence: Evidence, judging: Judging) {
  const input = gateInput(evidence, judging, NOW);
  return { gate: checkReleaseGate(input), stale: isStale(input) };
}

export function reportOf(
  run: Readonly<Run>,
  artifacts: readonly Readonly<Artifact>[],
  readings: readonly RunReading[] = [],
  judging: Judging = DEFAULT_JUDGING,
) {
  const input = inputOf(run, artifacts, readings, judging);
  return written(ComplianceReport, generateComplianceReport(input, checkReleaseGate(input)));
}

export function isStaleOf(
  artifacts: readonly Readonly<Artifact>[],
  documents: readonly RunReading[],
  { minimum, trust }: Judging,
) {
  return isStale({ artifacts, documents, minimum, trust });
}

export function manifestOf(snapshot: RunSnapshot, judging: Judging = DEFAULT_JUDGING) {
  return written(RunManifest, runManifest(snapshot, judging, NOW));
}

const writers = new Map<z.ZodType, (value: unknown) => string>();

/**
 * The value, after the writer of answers has written it as its schema does, byte for byte, or refused it as the schema
 * does: every verdict of a test is also one of that writer.
 */
function written<Value>(schema: z.ZodType<Value>, value: Value): Value {
  const write = writers.get(schema) ?? textWriter(schema, ROW_SCHEMAS);
  writers.set(schema, write);
  const { success, data } = schema.safeParse(value);
  if (success) expect(write(value)).toBe(JSON.stringify(data));
  else expect(() => write(value)).toThrow(z.core.$ZodError);
  return value;
}
