// Claims of ID tokens as CI systems write them, in the words of docs/keyless-ci.md.
import type { JsonObject } from '../../src/json/fields.ts';

export const SYSTEMS = ['GitHub Actions', 'GitLab', 'CircleCI', 'Buildkite', 'Google Cloud'] as const;
export type System = (typeof SYSTEMS)[number];

const CIRCLE = 'oidc.circleci.com';
const PROJECT = '0b5d6a52-8c1e-4d3f-a1f4-5f0f3b6f1a02';
const GITHUB = { repository: 'acme/payment-api', repository_id: '456789', event_name: 'push' };

/** What each system says of a job that is granted something, and how the claims of jobs differ that are not. */
export const CLAIMS: Record<System, { granted: JsonObject[]; others: JsonObject[] }> = {
  'GitHub Actions': {
    granted: [
      { ...GITHUB, sub: 'repo:acme@123456/payment-api@456789:ref:refs/heads/main', ref: 'refs/heads/main' },
      { ...GITHUB, sub: 'repo:acme@123456/payment-api@456789:environment:production', ref: 'refs/tags/v1' },
      { ...GITHUB, sub: 'repo:acme/payment-api:environment:production', ref: 'refs/tags/v1' },
    ],
    others: [
      { sub: 'repo:acme@1/payment-api@2:environment:production', repository_id: '2' },
      { sub: 'repo:acme/payment-api:ref:refs/heads/dev', ref: 'refs/heads/dev' },
      { event_name: 'pull_request', ref: 'refs/pull/7/merge', sub: 'repo:acme/payment-api:pull_request' },
      { event_name: 'pull_request_target' },
    ],
  },
  GitLab: {
    granted: [
      {
        ...{
          sub: 'project_path:acme/payment-api:ref_type:branch:ref:main',
          project_id: '4711',
          pipeline_source: 'push',
        },
        ...{ ref: 'main', ref_type: 'branch', ref_path: 'refs/heads/main', ref_protected: 'true' },
      },
    ],
    others: [
      { project_id: '4712' },
      { project_id: 4711 },
      { ref: 'dev' },
      { ref_type: 'tag' },
      { ref_protected: 'false' },
      { ref_protected: true },
      { pipeline_source: 'merge_request_event' },
      { ref_path: 'refs/merge-requests/7/head' },
    ],
  },
  CircleCI: {
    granted: [
      {
        sub: `org/6f1f5c9e-2f5b-4d0c-9d59-0c3c4f3c1a01/project/${PROJECT}/user/u`,
        [`${CIRCLE}/project-id`]: PROJECT,
        [`${CIRCLE}/vcs-ref`]: 'refs/heads/main',
      },
    ],
    others: [
      { [`${CIRCLE}/project-id`]: 'other' },
      { [`${CIRCLE}/vcs-ref`]: 'refs/heads/dev' },
      { [`${CIRCLE}/vcs-ref`]: 'refs/pull/7' },
    ],
  },
  Buildkite: {
    granted: [
      {
        sub: 'organization:acme:pipeline:payment-api:ref:refs/heads/main:commit:c0ffee:step:report',
        ...{ organization_slug: 'acme', pipeline_slug: 'payment-api', build_branch: 'main' },
      },
    ],
    others: [{ organization_slug: 'evil' }, { pipeline_slug: 'other' }, { build_branch: 'fork:main' }],
  },
  'Google Cloud': {
    granted: [{ sub: '107691503500061507151', email: 'releaser@acme.iam.gserviceaccount.com' }],
    others: [{ sub: '107691503500061507152' }, { sub: 'releaser@acme.iam.gserviceaccount.com' }],
  },
};
