import type { FastifyRequest } from 'fastify';
import { expect, it } from 'vitest';
import type { Principal } from '../../src/auth/principal.ts';
import { stopping } from '../../src/http/stopping.ts';
import type { Job } from '../../src/jobs/job.ts';
import { now } from '../../src/start/clock.ts';
import { compose } from '../../src/start/compose.ts';
import { readConfig } from '../../src/start/config.ts';
import { openReaders } from '../../src/start/evidence.ts';
import { newId } from '../../src/start/new-id.ts';
import { everybody, unidentified } from '../../src/start/request-context.ts';
import { openTrustFile } from '../../src/start/trust.ts';
import { testDeps } from '../helper.ts';
import { memoryStores } from '../product-stores.ts';

async function composed(jobs: readonly Job[] = [], callerOf: (request: FastifyRequest) => Principal = unidentified) {
  const config = readConfig({ GATE_MINIMUM_LEVEL: 'parsed', EVIDENCE_LIMIT: '2000' });
  const trust = await openTrustFile(config);
  const stores = memoryStores({ maxArtifactsPerRun: 10 });
  const readers = openReaders(config, trust);
  const parts = {
    callerOf,
    callers: everybody,
    jobs,
    stores,
    place: null,
    readers,
    trust,
    now,
    newId,
    warn: () => {},
    stop: stopping(1_000),
  };
  return compose(
    { ...parts, readiness: () => 'ready', nodeVersion: '24.0.0' },
    {
      content: { limits: { maxBytes: 1, idleMs: 1, totalMs: 1 }, redirect: false },
      ...{ minimum: config.GATE_MINIMUM_LEVEL, requireIfMatch: false, publicUrl: null, authentication: 'local' },
    },
  );
}

it('without a content store nothing goes on in the background, and content is refused', async () => {
  const { needs, background } = await composed();
  expect(background).toBeNull();
  expect(() => needs.blobs.storeFor({} as FastifyRequest)).toThrow(
    expect.objectContaining({ code: 'content_store_not_configured' }),
  );
  expect(await needs.tryWrites()).toEqual({ content: 'not_configured' });
  expect(await needs.jobs.progress({} as FastifyRequest)).toEqual([]);
  expect(needs.trust.progress()).toEqual({ done: 0, running: false });
  const began = performance.now();
  await needs.nextChange({} as FastifyRequest, 'run', 60_000);
  expect(performance.now() - began).toBeLessThan(30_000);
});

it('the routes judge by the level of the configuration, and read no more than it allows', async () => {
  const { needs } = await composed();
  expect(needs.trust.judging()).toEqual({ minimum: 'parsed', trust: needs.trust.current().digest });
  expect(needs.evidence.limits).toEqual({ maxBytes: 2_000 });
});

it('tags are of the SHA-256 of a text, as RFC 4648 writes it without padding', () => {
  expect(testDeps().digest('')).toBe('47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU');
});

it('the progress of jobs includes those of capabilities', async () => {
  const progress = { waiting: 2, oldest_waiting_at: null, running: 0, failed: 0, last_failure: null };
  const job = { name: 'count', wake: () => {}, progress: async () => ({ name: 'count', ...progress }) };
  const { needs } = await composed([{ ...job, close: async () => {} }]);
  expect(await needs.jobs.progress({} as FastifyRequest)).toEqual([{ name: 'count', ...progress }]);
});

it('a look is shared within a tenant and with no other, whatever the tenants are named', async () => {
  const callerOf = ({ id }: FastifyRequest) => ({ ...unidentified(), tenant: id });
  const { needs } = await composed([], callerOf);
  const look = (tenant: string, key: string, found: string) =>
    needs.together({ id: tenant } as FastifyRequest, key, async () => found);
  const looks = [
    look('a', 'gate run', '1'),
    look('b', 'gate run', '2'),
    look('a', 'gate run', '3'),
    look('a gate', 'run', '4'),
    look('a","gate', 'run', '5'),
  ];
  expect(await Promise.all(looks)).toEqual(['1', '2', '1', '4', '5']);
});
