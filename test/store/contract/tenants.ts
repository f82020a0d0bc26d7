import { v7 as uuidv7 } from 'uuid';
import { describe, expect, it } from 'vitest';
import { addArtifact, addPack, addRun, allEvents, eventCount, FIRST_PAGE, type Given, stamp } from './kit.ts';

export function tenantsContract(given: Given): void {
  describe('tenants', () => {
    it('never meet, even with the same ids', async () => {
      const [a, b] = [given.stores.of('tenant-a'), given.stores.of('tenant-b')];
      const inA = await addRun(a, { name: 'of a' }, 'same');
      await expect(b.runs.get('same')).rejects.toMatchObject({ code: 'run_not_found' });
      await expect(addArtifact(b, 'same')).rejects.toMatchObject({ code: 'run_not_found' });
      const inB = await addRun(b, { name: 'of b' }, 'same');
      const artifact = await addArtifact(a, 'same', {}, 'artifact');
      await expect(addPack(b, 'same', [artifact.id])).rejects.toMatchObject({ code: 'artifact_not_found' });
      expect(await b.runs.get('same')).toEqual(inB);
      expect(await a.runs.get('same')).toEqual(inA);
      expect((await b.runs.snapshot('same')).artifacts).toEqual([]);
      expect((await b.runs.evidence('same')).artifacts).toEqual([]);
      expect((await b.artifacts.list({}, FIRST_PAGE)).rows).toEqual([]);
      expect((await b.runs.list({}, FIRST_PAGE)).rows).toEqual([inB]);
      expect((await allEvents(b)).map((event) => event.type)).toEqual(['run.created']);
      expect(await given.stores.tenants()).toEqual(expect.arrayContaining(['tenant-a', 'tenant-b']));
    });

    it('find their rows again when opened again', async () => {
      const run = await addRun(given.stores.of('again'));
      expect(await given.stores.of('again').runs.get(run.id)).toEqual(run);
    });

    it('are known as long as something is told of them, though all their runs were deleted', async () => {
      const tenant = uuidv7();
      const { id } = await addRun(given.stores.of(tenant));
      await given.stores
        .of(tenant)
        .runs.delete(id, (row) => ({ ...stamp(), type: 'run.deleted', run_id: id, data: row }));
      expect(await given.stores.tenants()).toContain(tenant);
    });
  });

  it('answers a ping', async () => {
    await expect(given.stores.ping()).resolves.toBeUndefined();
  });

  it('writes probes, many at a time, and records no event', async () => {
    await addRun(given.store);
    await Promise.all(Array.from({ length: 60 }, () => given.stores.probe()));
    expect(await eventCount(given.store)).toBe(1);
  });
}
