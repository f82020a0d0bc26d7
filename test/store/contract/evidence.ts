import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { storeContent } from '../../../src/domain/artifact/store-content.ts';
import { finishReading, readAgain } from '../../../src/domain/evidence/evidence-changes.ts';
import { type Judging, LEVELS } from '../../../src/domain/gate/flag.ts';
import { updateRun } from '../../../src/domain/run/update-run.ts';
import type { TenantStores } from '../../../src/start/stores.ts';
import { TRUST } from '../../domain/attestations.ts';
import { judgedAt } from '../../domain/gate/judged.ts';
import { A_READING } from '../../domain/rows.ts';
import { addArtifact, addPack, addRun, CONTENT, type Given, stamp } from './kit.ts';

const JUDGINGS = LEVELS.flatMap((minimum): Judging[] => [
  { minimum, trust: null },
  { minimum, trust: TRUST },
]);

/** Requires the same verdicts, byte by byte, of what the gate reads of a run as of its snapshot. */
export async function requireSameVerdicts({ runs }: TenantStores, id: string): Promise<void> {
  const [snapshot, evidence] = [await runs.snapshot(id), await runs.evidence(id)];
  for (const judging of JUDGINGS)
    expect(JSON.stringify(judgedAt(evidence, judging))).toBe(JSON.stringify(judgedAt(snapshot, judging)));
}

/** The bytes that every complete `content_hash` below declares, and that `A_READING` names. */
const BYTES = { ...CONTENT, digests: { sha256: 'a'.repeat(64), sha384: null, sha512: 'b'.repeat(128) } };

/** What can become of an artifact. */
const STEPS: Record<string, (store: TenantStores, id: string) => Promise<unknown>> = {
  stored: (store, id) => store.artifacts.update(id, (row) => storeContent(row, BYTES, stamp())),
  read: (store, id) =>
    store.artifacts.update(id, (row) => (row.content === null ? null : finishReading(row, A_READING, stamp()))),
  unreadable: (store, id) =>
    store.artifacts.update(id, (row) =>
      row.content === null ? null : finishReading(row, { ...A_READING, state: 'unreadable', facts: null }, stamp()),
    ),
  'asked for again': (store, id) =>
    store.artifacts.update(id, (row) => (row.evidence?.state === 'read' ? readAgain(row, stamp()) : null)),
};

const ODD_TEXTS = ['"', '\\', '\\u0000', '\\ud800', '💥', '\u2028', 'é', "'", '{"a":1}', '],[', '\n\t\u007f\u0001'];

const anyRequest = fc.record({
  kind: fc.constantFrom('sbom', 'slsa_provenance', 'risk_assessment', 'other'),
  path_or_uri: fc.oneof(fc.constantFrom(...ODD_TEXTS), fc.string({ unit: 'binary', minLength: 1, maxLength: 20 })),
  content_hash: fc.constantFrom(null, 'pending', `sha256:${'a'.repeat(64)}`, 'b'.repeat(128), ...ODD_TEXTS),
  metadata_json: fc.record({
    sbom_present: fc.boolean(),
    slsa_provenance_present: fc.boolean(),
    risk_assessment_present: fc.boolean(),
    additional_metadata: fc.constantFrom({}, { sbom_present: true, metadata_json: { sbom_present: true } }),
  }),
});

export function evidenceContract(given: Given): void {
  describe('the evidence of a run', () => {
    it('has the run, its artifacts newest first, and their readings', async () => {
      const run = await addRun(given.store);
      expect(await given.store.runs.evidence(run.id)).toEqual({ run, artifacts: [], readings: [] });
      const [first, second] = [await addArtifact(given.store, run.id), await addArtifact(given.store, run.id)];
      await addPack(given.store, run.id, null);
      for (const step of ['stored', 'read']) await STEPS[step]?.(given.store, first.id);
      const { artifacts, readings } = await given.store.runs.evidence(run.id);
      expect(artifacts.map(({ id }) => id)).toEqual([second.id, first.id]);
      expect(readings).toEqual((await given.store.runs.snapshot(run.id)).readings);
      expect(artifacts[1]).toEqual(await given.store.artifacts.get(first.id));
    });

    it('leads to the verdicts of the snapshot at every level, whatever the artifacts are and become', async () => {
      const anyArtifacts = fc.array(fc.tuple(anyRequest, fc.subarray(Object.keys(STEPS)), fc.boolean()), {
        maxLength: 6,
      });
      await fc.assert(
        fc.asyncProperty(anyArtifacts, fc.boolean(), async (requests, succeeds) => {
          const run = await addRun(given.store);
          let before: string | null = null;
          for (const [request, steps, isAbout] of requests) {
            const about: string[] = isAbout && before !== null ? [before] : [];
            const { id } = await addArtifact(given.store, run.id, { ...request, about });
            await requireSameVerdicts(given.store, run.id);
            for (const step of steps) await STEPS[step]?.(given.store, id);
            before = id;
          }
          if (succeeds)
            await given.store.runs.update(run.id, (row) => updateRun(row, { status: 'succeeded' }, stamp()));
          await requireSameVerdicts(given.store, run.id);
        }),
        { numRuns: 40 },
      );
    });

    it('leads to the verdict of the snapshot of a large run that lacks everything', async () => {
      const run = await addRun(given.store);
      const kinds = ['sbom', 'other', 'build_log'];
      for (let made = 0; made < 120; made += 1)
        await addArtifact(given.store, run.id, {
          kind: kinds[made % kinds.length],
          content_hash: made % 2 === 0 ? 'pending' : null,
          metadata_json: { sbom_present: made % 5 < 2, slsa_provenance_present: made % 7 < 3 },
        });
      await requireSameVerdicts(given.store, run.id);
    });
  });
}
