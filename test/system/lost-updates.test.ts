// Many callers who change one row at once by its entity tag.
import { describe, expect, it } from 'vitest';
import { get, newRun, testApp } from '../helper.ts';

describe('If-Match on PATCH', () => {
  it('loses no update of 50 callers that each add 20 times, and read again at a 412', async () => {
    const app = await testApp();
    const url = `/maestro/runs/${(await newRun(app, { metadata: { count: 0 } })).id}`;
    let acknowledged = 0;
    await Promise.all(
      Array.from({ length: 50 }, async () => {
        for (let done = 0; done < 20; ) {
          const read = await app.inject(url);
          const { count } = read.json().metadata;
          const headers = { 'if-match': String(read.headers.etag) };
          const payload = { metadata: { count: count + 1 } };
          const { statusCode } = await app.inject({ method: 'PATCH', url, payload, headers });
          expect([200, 412]).toContain(statusCode);
          if (statusCode === 200) [done, acknowledged] = [done + 1, acknowledged + 1];
        }
      }),
    );
    expect((await get(app, url)).metadata).toEqual({ count: 1_000 });
    expect(acknowledged).toBe(1_000);
  }, 300_000);
});
