import { describe, expect, it } from 'vitest';
import { type Grant, grantOf, lackOf } from '../../src/auth/grant.ts';

const BASE: Grant = {
  name: 'payments',
  issuer: 'github',
  claims: { repository: 'acme/payment-api', ref: 'refs/heads/release-*' },
  tenant: 'default',
  roles: ['reporter'],
  owners: 'any',
};
const CLAIMS = { repository: 'acme/payment-api', ref: 'refs/heads/release-1', event_name: 'push' };
const isGranted = (claims: object, grant: Partial<Grant> = {}, issuer = 'github') =>
  grantOf([{ ...BASE, ...grant }], issuer, claims as never) !== null;

describe('a grant', () => {
  it('is for tokens of its issuer whose claims all match', () => {
    expect(isGranted(CLAIMS)).toBe(true);
    expect(isGranted(CLAIMS, {}, 'gitlab')).toBe(false);
    expect(isGranted(CLAIMS, { claims: {} })).toBe(false);
  });

  it.each([
    ['another repository', { ...CLAIMS, repository: 'evil/payment-api' }],
    ['a repository in another case', { ...CLAIMS, repository: 'Acme/payment-api' }],
    ['a repository with a suffix', { ...CLAIMS, repository: 'acme/payment-api-evil' }],
    ['a list that holds the repository', { ...CLAIMS, repository: ['acme/payment-api'] }],
    ['no repository', { ...CLAIMS, repository: undefined }],
    ['another branch', { ...CLAIMS, ref: 'refs/heads/main' }],
    ['a branch a level deeper', { ...CLAIMS, ref: 'refs/heads/release-1/x' }],
    ['an inherited claim', Object.create(CLAIMS)],
  ])('is not for %s', (_what, claims) => {
    expect(isGranted(claims)).toBe(false);
  });

  it('compares numbers and truth by type, as issuers write them', () => {
    expect(isGranted({ ...CLAIMS, ref_protected: 'true' }, { claims: { ref_protected: 'true' } })).toBe(true);
    expect(isGranted({ ...CLAIMS, ref_protected: 'true' }, { claims: { ref_protected: true } })).toBe(false);
    expect(isGranted({ ...CLAIMS, runner_id: 1 }, { claims: { runner_id: 1 } })).toBe(true);
    expect(isGranted({ ...CLAIMS, runner_id: 1 }, { claims: { runner_id: '1' } })).toBe(false);
  });

  it('takes one of a list', () => {
    const claims = { ...BASE.claims, ref: ['refs/heads/main', 'refs/tags/v*'] };
    expect(isGranted({ ...CLAIMS, ref: 'refs/tags/v1' }, { claims })).toBe(true);
    expect(isGranted({ ...CLAIMS, ref: 'refs/tags/w1' }, { claims })).toBe(false);
  });

  it.each([
    { event_name: 'pull_request' },
    { event_name: 'pull_request_target' },
    { event_name: 'pull_request_review' },
    { pipeline_source: 'merge_request_event' },
    { pipeline_source: 'external_pull_request_event' },
    { sub: 'repo:acme/payment-api:pull_request' },
  ])('that may write is for what a pull request started only where it names that: %o', (event) => {
    const claims = { ...CLAIMS, event_name: undefined, ...event };
    expect(isGranted(claims)).toBe(false);
    expect(isGranted(claims, { claims: { ...BASE.claims, ...event } })).toBe(true);
    expect(isGranted(claims, { roles: ['reader'] })).toBe(true);
  });

  it.each([
    [
      'a target of pull requests beside the subject of a branch',
      { event_name: 'pull_request_target' },
      { sub: 'repo:acme/payment-api:ref:refs/heads/main' },
    ],
    ['any event', { event_name: 'pull_request' }, { event_name: '*' }],
    ['any subject', { sub: 'repo:acme/payment-api:pull_request' }, { sub: 'repo:acme/payment-api:*' }],
    ['any ref', { ref: 'refs/pull/7/merge' }, { ref: 'refs/*/*/merge' }],
  ])('that may write does not name pull requests by %s', (_what, event, rule) => {
    const claims = { ...CLAIMS, sub: 'repo:acme/payment-api:ref:refs/heads/main', ...event };
    expect(isGranted(claims, { claims: { repository: 'acme/payment-api', ...rule } })).toBe(false);
    expect(isGranted(claims, { claims: { repository: 'acme/payment-api', ...rule }, roles: ['reader'] })).toBe(true);
  });

  it('that may write names pull requests by their ref', () => {
    const claims = { ...CLAIMS, ref: 'refs/pull/7/merge' };
    expect(isGranted(claims, { claims: { ...BASE.claims, ref: 'refs/pull/*/merge' } })).toBe(true);
    expect(isGranted(claims, { claims: { ...BASE.claims, ref: ['refs/*/*/merge', 'refs/pull/7/merge'] } })).toBe(false);
  });

  it('that comes first in the file counts', () => {
    const grants = [{ ...BASE, name: 'first', issuer: 'gitlab' }, BASE, { ...BASE, name: 'last' }];
    expect(grantOf(grants, 'github', CLAIMS)?.name).toBe('payments');
    expect(grantOf([], 'github', CLAIMS)).toBeNull();
  });
});

describe('a grant that may write', () => {
  it('names no project by an empty list, an empty text or a pattern', () => {
    const place = { ref: 'refs/heads/main' };
    expect(lackOf({ ...BASE, claims: { ...place, repository: ['acme/payment-api', 'acme/web'] } })).toBeNull();
    for (const rule of [[], [''], '', 'acme/*', ['acme/web', 'acme/*']])
      for (const name of ['repository', 'sub'])
        expect(lackOf({ ...BASE, claims: { ...place, [name]: rule } }), `${name} ${rule}`).toMatch(/^claims must name/);
  });
});
