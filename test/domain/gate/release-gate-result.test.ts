import { describe, expect, it } from 'vitest';
import { ReleaseGateResult } from '../../../src/domain/gate/release-gate-result.ts';
import { anArtifact, aRun } from '../rows.ts';
import { gateOf } from './judged.ts';

describe('the verdict of the gate', () => {
  const blocked = gateOf(aRun(), [anArtifact({ content_hash: 'v1' }, { sbom_present: false })]);

  it('fits its schema, which may lack warnings and nothing else', () => {
    expect(ReleaseGateResult.parse(blocked)).toEqual(blocked);
    for (const key of Object.keys(blocked.details)) {
      const details = Object.fromEntries(Object.entries(blocked.details).filter(([name]) => name !== key));
      expect(ReleaseGateResult.safeParse({ ...blocked, details }).success, key).toBe(key === 'warnings');
    }
  });

  it('passes or not: nothing else fits', () => {
    for (const passed of [undefined, null, 'true', 1])
      expect(ReleaseGateResult.safeParse({ ...blocked, passed }).success).toBe(false);
  });
});
