import { describe, expect, it } from 'vitest';
import type { Feature } from '../src/maestro.ts';
import { buildApp } from '../src/start/app.ts';
import { SETTINGS, testDeps } from './helper.ts';

describe('the maestro plugin', () => {
  it('serves a feature under /maestro, with the same deps and the same strictness as the core', async () => {
    const deps = testDeps({ newId: () => 'made' });
    const feature: Feature<{ newId(): string }> = (given) => async (app) => {
      app.get('/extra', { config: { permission: 'runs:read' } }, async () => ({ id: given.newId() }));
    };
    const app = await buildApp(deps, [feature], SETTINGS);
    expect((await app.inject('/maestro/extra')).json()).toEqual({ id: 'made' });
    expect((await app.inject('/maestro/extra?x=1')).json()).toMatchObject({ errors: [{ in: 'query', pointer: '/x' }] });
    expect((await app.inject({ method: 'POST', url: '/maestro/extra' })).headers.allow).toBe('GET, HEAD');
    expect((await app.inject('/maestro/runs')).json()).toEqual([]);
  });
});
