import { describe, expect, it } from 'vitest';
import { BUILD_CONFIG, parametersOf } from '../../src/trust/build-types.ts';

describe('the parameters of a build type', () => {
  it.each([
    ['https://actions.github.io/buildtypes/workflow/v1', 'workflow', 'source'],
    ['https://actions.github.io/buildtypes/workflow/v1', 'inputs', 'value'],
    ['https://actions.github.io/buildtypes/workflow/v1', 'script', undefined],
    ['https://actions.github.io/buildtypes/workflow/v1', 'toString', undefined],
    ['https://actions.github.io/buildtypes/workflow/v1', BUILD_CONFIG, undefined],
    ['https://github.com/slsa-framework/slsa-github-generator/go@v1', BUILD_CONFIG, 'value'],
    ['https://gitlab.com/gitlab-org/gitlab-runner/-/blob/v17.1.0/PROVENANCE.md', 'entryPoint', 'steps'],
    ['https://gitlab.com/gitlab-org/gitlab-runner/-/blob/v17.1.0/PROVENANCE.md', 'CI_JOB_ID', 'value'],
    ['https://gitlab.com/gitlab-org/gitlab-runner/-/blob/v17.1.0/PROVENANCE.md', 'script', undefined],
  ])('%s, %s, are those of its specification', (type, name, role) => {
    expect(parametersOf(type)?.(name)).toBe(role);
  });

  it.each([
    ...[
      null,
      '',
      'https://actions.github.io/buildtypes/workflow/v2',
      'https://actions.github.io/buildtypes/workflow/v1/',
    ],
    'https://gitlab.com.evil/gitlab-org/gitlab-runner/-/blob/v17.1.0/PROVENANCE.md',
    'https://gitlab.com/gitlab-org/gitlab-runner/-/blob/v17/../x/PROVENANCE.md',
    'constructor',
  ])('that is not known are not known: %j', (type) => {
    expect(parametersOf(type)).toBeNull();
  });
});
