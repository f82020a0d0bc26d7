import { describe, expect, it } from 'vitest';
import { disagreement, runnerOf, triggersOf, workflowOf } from '../../src/trust/stated-build.ts';

const v1 = (github: object) => ({ buildDefinition: { internalParameters: { github } } });
const v02 = (environment: object) => ({ invocation: { environment } });

describe('what provenance states of its build', () => {
  it.each([
    [v1({ event_name: 'push' }), ['push']],
    [{ buildDefinition: { internalParameters: { GITHUB_EVENT_NAME: 'release' } } }, ['release']],
    [v02({ GITHUB_EVENT_NAME: 'schedule' }), ['schedule']],
    [v02({ github_event_name: 'create', GITHUB_EVENT_NAME: 'push' }), ['push', 'create']],
    [v1({ event_name: 7 }), ['7']],
    [v1({ event_name: '' }), []],
    [null, []],
  ])('is what started it: %j', (predicate, triggers) => {
    expect(triggersOf(predicate)).toEqual(triggers);
  });

  it('is whose runner it was, and the workflow in full', () => {
    expect(runnerOf(v1({ runner_environment: 'self-hosted' }))).toBe('self-hosted');
    expect(runnerOf(v02({ RUNNER_ENVIRONMENT: 'github-hosted' }))).toBe('github-hosted');
    expect(runnerOf(v1({}))).toBeNull();
    const workflow = { repository: 'https://github.com/a/b', path: '.github/workflows/x.yml', ref: 'refs/heads/main' };
    const predicate = { buildDefinition: { externalParameters: { workflow } } };
    expect(workflowOf(predicate)).toBe('https://github.com/a/b/.github/workflows/x.yml@refs/heads/main');
  });

  it('disagrees with a certificate where both say something else, and nowhere else', () => {
    const nothing = { repository: 'https://github.com/a/b', ref: null, commit: null, run: null, id: null };
    const stated = { ...nothing, workflow: null, triggers: ['push'], runner: null };
    const claims = {
      ...{ source_repository: null, source_repository_id: null, source_ref: null, source_digest: null, run: null },
      ...{ build_signer: null, build_config: null, runner: 'github-hosted', trigger: 'push', visibility: null },
    };
    expect(disagreement(claims, stated)).toBeNull();
    expect(disagreement(claims, { ...stated, triggers: ['release'] })).toMatch(
      /trigger push, the provenance of release/,
    );
    expect(disagreement(claims, { ...stated, runner: 'self-hosted' })).toMatch(/runner github-hosted/);
    expect(disagreement({ ...claims, trigger: null }, { ...stated, triggers: ['release'] })).toBeNull();
  });
});
