import { describe, expect, it } from 'vitest';
import { checkCaller } from '../../src/trust/caller.ts';
import type { SignedBy } from '../../src/trust/signed-by.ts';
import { type Claims, codeOf, holder, holders, NO_CLAIMS, REUSABLE, trust } from './claimed.ts';
import { REPOSITORY, SIGNER, SOURCE } from './trusted.ts';

describe('the caller of a workflow that signs what is no provenance', () => {
  const reusable = (changes: Partial<Claims> = {}) => holder(changes, { subject: REUSABLE });
  it.each<[what: string, by: SignedBy, code: string | null]>([
    ['its own repository', holder(), 'none asked'],
    ['its own repository, by an old certificate', holder({ build_config: null, source_ref: null }), 'none asked'],
    ['its own repository, from another branch', holder({ source_ref: 'refs/heads/evil' }), 'caller_unknown'],
    [
      'its own repository, from another workflow and branch',
      holder({ build_config: SIGNER.subject.replace('release', 'evil'), source_ref: 'refs/heads/evil' }),
      'caller_unknown',
    ],
    [
      'its own repository, from another workflow at a trusted branch',
      holder({ build_config: SIGNER.subject.replace('release', 'other') }),
      'none asked',
    ],
    [
      'its own repository, from another workflow at no branch',
      holder({ build_config: SIGNER.subject.replace('release', 'other'), source_ref: null }),
      'caller_unknown',
    ],
    ...['refs/heads/main', 'main'].map((source_ref): [string, SignedBy, string] => {
      const subject = 'https://gitlab.com/acme/team/app//.gitlab-ci.yml@refs/heads/main';
      const of = { source_repository: 'https://gitlab.com/acme/team/app', source_ref, build_config: subject };
      return [`its own project on GitLab at ${source_ref}`, holder(of, { subject }), 'none asked'];
    }),
    ['no repository', holder(NO_CLAIMS), 'none asked'],
    ['a key', holders('one'), 'none asked'],
    ['a trusted repository', reusable(), 'passed'],
    [
      'a trusted repository where every ref is',
      reusable({ source_repository: 'https://github.com/acme/any', source_ref: 'refs/heads/any' }),
      'passed',
    ],
    [
      'a trusted repository where every ref is, at a pull request',
      reusable({ source_repository: 'https://github.com/acme/any', source_ref: 'refs/pull/1/merge' }),
      'caller_unknown',
    ],
    [
      'a trusted repository where every ref is, at none',
      reusable({ source_repository: 'https://github.com/acme/any', source_ref: null }),
      'caller_unknown',
    ],
    ['another repository', reusable({ source_repository: 'https://github.com/evil/app' }), 'caller_unknown'],
    [
      'a repository that begins like it',
      holder({ source_repository: 'https://github.com/acme/payment' }),
      'caller_unknown',
    ],
    ['a repository that it begins like', holder({ source_repository: `${SOURCE}-evil` }), 'caller_unknown'],
    ['another branch', reusable({ source_ref: 'refs/heads/evil' }), 'caller_unknown'],
    ['no branch', reusable({ source_ref: null }), 'caller_unknown'],
    ['no plain repository', reusable({ source_repository: REPOSITORY }), 'caller_unknown'],
    ['nobody of a name', holder({}, { subject: null }), 'passed'],
  ])('must be trusted where it is not the repository of the workflow: %s', (_, by, expected) => {
    const check = checkCaller(by, trust);
    expect(check === null ? 'none asked' : (codeOf(check) ?? 'passed')).toBe(expected);
  });
});
