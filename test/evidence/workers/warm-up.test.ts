import { describe, expect, it } from 'vitest';
import { FORMATS } from '../../../src/evidence/formats.ts';
import { readDocument } from '../../../src/evidence/read.ts';
import { WARM_UP, warmUp } from '../../../src/evidence/workers/warm-up.ts';

describe('the documents that readers are warmed up with', () => {
  it('are each of a format that is read, and of every one with a schema', { tags: 'slow' }, async () => {
    const readings = await Promise.all(WARM_UP.map((text) => readDocument(Buffer.from(text))));
    expect(readings.map(({ state }) => state)).toEqual(WARM_UP.map(() => 'read'));
    const formats = new Set(readings.map(({ format }) => format));
    const schemas = ['cyclonedx-json', 'cyclonedx-xml', 'sarif', 'csaf', 'openvex', 'scorecard-json'];
    const others = ['dsse', 'spdx-json', 'spdx-tv', 'spdx-yaml', 'spdx3-jsonld', 'junit-xml'];
    expect([...formats].sort()).toEqual([...schemas, ...others].sort());
    const names = new Set(FORMATS.map(({ name }) => name));
    expect([...formats].filter((format) => !names.has(format ?? ''))).toEqual([]);
  });

  it('are small, valid ones before those with faults', { tags: 'slow' }, async () => {
    for (const text of WARM_UP) expect(text.length).toBeLessThan(1_000);
    const cyclonedx = WARM_UP.filter((text) => text.includes('bomFormat'));
    const valid = await Promise.all(cyclonedx.map(async (text) => (await readDocument(Buffer.from(text))).valid));
    expect(valid).toEqual([true, true, true, true, false, false, false, false]);
  });
});

describe('warming up', () => {
  const settled = () => new Promise((resolve) => setImmediate(resolve));

  it('reads one document after another, from the first one on when it is begun again', async () => {
    const read: string[] = [];
    let go = () => {};
    const warm = warmUp((text) => {
      read.push(text);
      return new Promise<void>((resolve) => {
        go = resolve;
      });
    });
    await settled();
    expect(read).toEqual([]);
    warm.begin();
    go();
    await settled();
    expect(read).toEqual(WARM_UP.slice(0, 2));
    warm.begin();
    for (let count = 0; count <= WARM_UP.length; count += 1) {
      go();
      await settled();
    }
    expect(read).toEqual([...WARM_UP.slice(0, 2), ...WARM_UP]);
    warm.begin();
    expect(read.length).toBe(WARM_UP.length + 3);
  });

  it('ends where reading fails, and begins again when it is told to', async () => {
    let count = 0;
    const warm = warmUp(async () => {
      count += 1;
      if (count === 3) throw new Error('The readers are closed');
    });
    warm.begin();
    await settled();
    expect(count).toBe(3);
    warm.begin();
    await settled();
    expect(count).toBe(3 + WARM_UP.length);
  });
});
