// ID tokens with the claims that CI systems document, each with a grant as docs would show it. The claims are not part of this project;
// `MAESTRO_VECTORS` names the folder whose `oidc` holds them.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { idToken, keySet, NOW, newSigningKey, SECONDS } from '../auth/id-tokens.ts';
import { type KnownCallers, openKnownCallers, secretsShown } from './known-callers.ts';

const FOLDER = join(process.env.MAESTRO_VECTORS ?? '', 'oidc');
const FILES = ['github-actions', 'gitlab-ci', 'circleci', 'buildkite', 'google', 'github-actions-subjects'];
const hasFiles = process.env.MAESTRO_VECTORS !== undefined && FILES.every((name) => existsSync(fileOf(name)));
const KEY = newSigningKey('ec-1');

function fileOf(name: string): string {
  return join(FOLDER, `${name}.json`);
}

type Claims = Record<string, unknown> & { iss: string; aud: string; sub: string };
const read = (name: string) => JSON.parse(readFileSync(fileOf(name), 'utf8'));

/** The documented claims with the times of now. */
function claimsOf(name: string): Claims {
  const { _made: _, ...claims } = read(name);
  return { ...claims, iat: SECONDS - 10, nbf: SECONDS - 10, exp: SECONDS + 300 };
}

type Case = {
  file: string;
  /** The claims that a grant names, by the documented ones. */
  grant: (claims: Claims) => Record<string, unknown>;
  /** What differs in tokens of others, which the grant must not be for. */
  others: Record<string, unknown>[];
  /** What differs in the tokens of pull and merge requests. */
  requests: Record<string, unknown>[];
};

const pick =
  (...names: string[]) =>
  (claims: Claims) =>
    Object.fromEntries(names.map((name) => [name, claims[name]]));

const GITHUB_REQUESTS = [
  { event_name: 'pull_request' },
  { event_name: 'pull_request_target' },
  { event_name: 'pull_request_review' },
  { event_name: 'pull_request', ref: 'refs/pull/7/merge' },
  { sub: 'repo:octo-org/octo-repo:pull_request' },
];

const CASES: readonly Case[] = [
  {
    file: 'github-actions',
    grant: pick('repository', 'ref'),
    others: [
      { repository: 'octo-org/octo-repo2' },
      { repository: 'evil/octo-repo' },
      { ref: 'refs/heads/dev' },
      { ref: 'refs/tags/main' },
    ],
    requests: GITHUB_REQUESTS,
  },
  {
    file: 'github-actions',
    grant: pick('repository_id', 'environment'),
    others: [{ repository_id: '75' }, { repository_id: 74 }, { environment: 'dev' }, { environment: undefined }],
    requests: GITHUB_REQUESTS,
  },
  {
    file: 'gitlab-ci',
    grant: (claims) => ({ ...pick('project_path', 'ref', 'ref_type')(claims), ref_protected: 'false' }),
    others: [
      { project_path: 'my-group/my-project2' },
      { ref: 'main' },
      { ref_type: 'tag' },
      // Booleans are strings there.
      { ref_protected: false },
      { ref_protected: 'true' },
    ],
    requests: [
      { pipeline_source: 'merge_request_event' },
      { pipeline_source: 'external_pull_request_event' },
      { ref_path: 'refs/merge-requests/7/head' },
      { ref_path: 'refs/merge-requests/7/merge' },
    ],
  },
  {
    file: 'circleci',
    grant: pick('oidc.circleci.com/project-id', 'oidc.circleci.com/vcs-ref'),
    others: [
      { 'oidc.circleci.com/project-id': '22222222-2222-4222-8222-222222222223' },
      { 'oidc.circleci.com/vcs-ref': 'refs/heads/dev' },
    ],
    requests: [{ 'oidc.circleci.com/vcs-ref': 'refs/pull/7' }, { sub: 'org/1/project/2/vcs-ref/refs/pull/7' }],
  },
  {
    file: 'buildkite',
    grant: pick('organization_slug', 'pipeline_slug', 'build_branch'),
    others: [{ organization_slug: 'evil' }, { pipeline_slug: 'other' }, { build_branch: 'evil:main' }],
    requests: [{ build_branch: 'refs/pull/7/head' }],
  },
  { file: 'google', grant: pick('sub'), others: [{ sub: '10769150350006150715113082368' }], requests: [] },
];

if (!hasFiles)
  process.stderr.write(`${CASES.length + 3} tests of claims of CI systems were not run: MAESTRO_VECTORS lacks them\n`);

describe.skipIf(!hasFiles)('the ID token of a CI system', () => {
  let server: KnownCallers;
  let denied = 0;
  const authFile = (claims: Claims, grant: object) => ({
    version: 1,
    issuers: [{ name: 'ci', issuer: claims.iss, audience: claims.aud, jwks: keySet(KEY) }],
    grants: [{ name: 'g', issuer: 'ci', claims: grant, tenant: 'default', roles: ['reporter'], owners: ['team-a'] }],
  });
  const ask = (claims: object) => server.as(idToken(KEY, JSON.stringify(claims)), { url: '/maestro/whoami' });
  async function expectDenied(claims: object): Promise<void> {
    const response = await ask(claims);
    expect(response.statusCode, response.body).toBe(403);
    expect(response.json().type).toBe('urn:maestro:problem:no_grant');
    denied += 1;
  }

  beforeAll(async () => {
    vi.setSystemTime(NOW);
    server = await openKnownCallers({ authFile: { version: 1, issuers: [], grants: [] } });
  });
  afterAll(async () => {
    vi.useRealTimers();
    await server.close();
  });

  it.each(CASES.map((one) => [`${one.file} ${Object.keys(one.grant({} as Claims))}`, one] as const))(
    '%s is granted what its project may, and neither that of another nor of a pull request is',
    async (_name, { file, grant, others, requests }) => {
      const claims = claimsOf(file);
      server.reload(authFile(claims, grant(claims)));
      const response = await ask(claims);
      expect(response.statusCode, response.body).toBe(200);
      const actor = { type: 'oidc', id: `${claims.iss} ${claims.sub}`, name: claims.sub };
      expect(response.json()).toMatchObject({ actor, roles: ['reporter'], owners: ['team-a'] });
      for (const change of [...others, ...requests]) await expectDenied({ ...claims, ...change });
      // The project is bound by name, so the token of another issuer with these claims is none.
      const foreign = await ask({ ...claims, iss: `${claims.iss}/` });
      expect(foreign.json().type).toBe('urn:maestro:problem:id_token_issuer_unknown');
    },
  );

  it('of each documented subject of GitHub, the immutable one too, is granted by that subject alone', async () => {
    const claims = claimsOf('github-actions');
    const subjects = read('github-actions-subjects').subjects as string[];
    expect(subjects.filter((one) => one.includes('@'))).not.toEqual([]);
    let granted = 0;
    for (const sub of subjects) {
      server.reload(authFile(claims, { sub }));
      // The subject of pull requests says so itself, and a grant that names it is for them.
      for (const one of subjects) {
        if (one !== sub) await expectDenied({ ...claims, sub: one });
        else expect((await ask({ ...claims, sub: one })).statusCode, one).toBe(200);
      }
      granted += 1;
    }
    expect(granted).toBe(6);
    // Whoever takes the name of a repository that was deleted has other ids.
    server.reload(authFile(claims, { sub: 'repo:octo-org@123456/octo-repo@456789:ref:refs/heads/main' }));
    await expectDenied({ ...claims, sub: 'repo:octo-org@123457/octo-repo@456790:ref:refs/heads/main' });
  });

  it('of a pull request is granted only by a grant that names its event', async () => {
    const claims: Claims = { ...claimsOf('github-actions'), event_name: 'pull_request', ref: 'refs/pull/7/merge' };
    const bound = { repository: claims.repository, ref: 'refs/pull/*/merge' };
    for (const event_name of ['pull_request_target', 'pull_request_review']) {
      server.reload(authFile(claims, { repository: claims.repository, ref: 'refs/heads/*', event_name: '*' }));
      await expectDenied({ ...claims, ref: 'refs/heads/main', event_name });
    }
    server.reload(authFile(claims, { ...bound, event_name: 'pull_request' }));
    expect((await ask(claims)).statusCode).toBe(200);
    await expectDenied({ ...claims, ref: 'refs/heads/main' });
  });

  it('is nowhere shown', async () => {
    expect(denied).toBeGreaterThan(60);
    const { shown, searched } = await secretsShown(server);
    expect(searched.secrets).toBeGreaterThan(70);
    expect(shown).toEqual([]);
  });
});
