import { describe, expect, it } from 'vitest';
import type { FactsOf } from '../../src/domain/evidence/evidence-facts.ts';
import type { SignedBy } from '../../src/trust/signed-by.ts';
import { checkSource } from '../../src/trust/source.ts';
import { claims, codeOf, holder, holders, REUSABLE, trust } from './claimed.ts';
import { SOURCE } from './trusted.ts';

type Source = FactsOf<'provenance'>['source'];
const STATED: Source = { uri: `git+${SOURCE}`, ref: claims.source_ref, commit: claims.source_digest };
const idAt =
  (...path: string[]) =>
  (id: string) =>
    path.reduceRight<unknown>((inner, name) => ({ [name]: inner }), id);
const V1_ID = idAt('buildDefinition', 'internalParameters', 'github', 'repository_id');

describe('the source that is claimed', () => {
  const linkOf = (source: Partial<Source>, by: SignedBy, run: string | null = null, predicate: unknown = {}) =>
    codeOf(checkSource({ source: { ...STATED, ...source }, invocation_id: run }, predicate, by, trust, true));

  it.each<[what: string, source: Partial<Source>, code: string | null]>([
    ['as it is', {}, null],
    ['without git+', { uri: SOURCE }, null],
    ['with .git', { uri: `${SOURCE}.git` }, null],
    ['with a slash behind it', { uri: `${SOURCE}/` }, null],
    ['with another case of the host', { uri: SOURCE.replace('github', 'GITHUB') }, null],
    ['without a commit', { commit: null }, null],
    ['at a tag of a pattern', { ref: 'refs/tags/v1.2' }, null],
    ['of a pattern', { uri: 'https://github.com/acme/lib-x' }, null],
    ['where every branch is trusted', { uri: 'https://github.com/acme/any', ref: 'refs/heads/a/b' }, null],
    ['where every tag is trusted', { uri: 'https://github.com/acme/any', ref: 'refs/tags/a/b' }, null],
    [
      'where every branch and tag is trusted, by a short name',
      { uri: 'https://github.com/acme/any', ref: 'a/b' },
      null,
    ],
    ...['refs/pull/1/merge', 'refs/pull/1/head', 'refs/merge-requests/1/head', 'pull/1/merge', '1/merge'].map(
      (ref): [string, Partial<Source>, string] => [
        `where every branch and tag is trusted, at ${ref}`,
        { uri: 'https://github.com/acme/any', ref },
        'ref_unknown',
      ],
    ),
    ...[
      'HEAD',
      '',
      'refs/heads/',
      'refs/heads/../pull/1/merge',
      'refs/heads//x',
      'Refs/Heads/main',
      'a'.repeat(40),
    ].map((ref): [string, Partial<Source>, string] => [
      `where every branch and tag is trusted, at ${ref}, which is neither`,
      { uri: 'https://github.com/acme/any', ref },
      'ref_unknown',
    ]),
    [
      'where every branch and tag is trusted, without one',
      { uri: 'https://github.com/acme/any', ref: null },
      'ref_unknown',
    ],
    ['where none may be named, without one', { uri: 'https://github.com/acme/unstated', ref: null }, null],
    [
      'where none may be named, at a branch',
      { uri: 'https://github.com/acme/unstated', ref: 'refs/heads/x' },
      'ref_unknown',
    ],
    ['where pull requests are written', { uri: 'https://github.com/acme/pulls', ref: 'refs/pull/7/merge' }, null],
    [
      'where pull requests are written, in short',
      { uri: 'https://github.com/acme/pulls', ref: '7/merge' },
      'ref_unknown',
    ],
    ['with a short ref that is trusted as both', { uri: 'https://github.com/acme/both', ref: 'main' }, null],
    ['of none', { uri: null }, 'source_missing'],
    ['empty', { uri: '' }, 'source_malformed'],
    ['by SSH', { uri: 'ssh://git@github.com/acme/payment-api' }, 'source_malformed'],
    ['in short by SSH', { uri: 'git@github.com:acme/payment-api' }, 'source_malformed'],
    ['by the protocol of git', { uri: 'git://github.com/acme/payment-api' }, 'source_malformed'],
    ['without TLS', { uri: SOURCE.replace('https', 'http') }, 'source_malformed'],
    ['with user info', { uri: SOURCE.replace('github.com', 'github.com@evil.example') }, 'source_malformed'],
    ['with a port', { uri: SOURCE.replace('.com', '.com:8443') }, 'source_malformed'],
    ['with a query', { uri: `${SOURCE}?ref=main` }, 'source_malformed'],
    ['with dots', { uri: 'https://github.com/evil/../acme/payment-api' }, 'source_malformed'],
    ['with two slashes', { uri: 'https://github.com/acme//payment-api' }, 'source_malformed'],
    ['with a Cyrillic letter', { uri: SOURCE.replace('acme', '\u0430cme') }, 'source_malformed'],
    ['with a newline', { uri: `${SOURCE}\n` }, 'source_malformed'],
    ['with a letter before the owner', { uri: SOURCE.replace('acme', 'xacme') }, 'source_unknown'],
    ['with more of the owner', { uri: SOURCE.replace('acme', 'acme-evil') }, 'source_unknown'],
    ['with more of the repository', { uri: `${SOURCE}-evil` }, 'source_unknown'],
    ['with a letter within the repository', { uri: SOURCE.replace('payment', 'paayment') }, 'source_unknown'],
    ['with a segment more', { uri: `${SOURCE}/evil` }, 'source_unknown'],
    ['with another case of the owner', { uri: SOURCE.replace('acme', 'Acme') }, 'source_unknown'],
    ['with another host', { uri: SOURCE.replace('github.com', 'github.com.evil') }, 'source_unknown'],
    ['with a dot behind the host', { uri: SOURCE.replace('github.com', 'github.com.') }, 'source_unknown'],
    ['of a pattern with nothing there', { uri: 'https://github.com/acme/lib-' }, 'source_unknown'],
    ['at another branch', { ref: 'refs/heads/evil' }, 'ref_unknown'],
    ['at a branch that begins like it', { ref: 'refs/heads/main-evil' }, 'ref_unknown'],
    ['at a branch below it', { ref: 'refs/heads/main/evil' }, 'ref_unknown'],
    ['at a tag of that name', { ref: 'refs/tags/main' }, 'ref_unknown'],
    ['at a branch named as a tag', { ref: 'refs/heads/v1' }, 'ref_unknown'],
    ['at a pull request', { ref: 'refs/pull/1/merge' }, 'ref_unknown'],
    ['at a short ref that is trusted as one', { ref: 'main' }, 'ref_unknown'],
    ['at HEAD', { ref: 'HEAD' }, 'ref_unknown'],
    ['at an empty ref', { ref: '' }, 'ref_unknown'],
    ['at no ref', { ref: null }, 'ref_unknown'],
  ])('by a key is held to the trust file: %s', (_, source, code) => {
    expect(linkOf(source, holders('one'))).toBe(code);
  });

  it.each<[what: string, source: Partial<Source>, code: string | null, by?: SignedBy]>([
    ['the same', {}, null],
    ['the same but for its form', { uri: `${SOURCE}.git` }, null],
    ['no commit', { commit: null }, null],
    ['no ref, which the certificate names', { ref: null }, null],
    ['no ref, and the certificate another', { ref: null }, 'ref_unknown', holder({ source_ref: 'refs/heads/evil' })],
    ['no ref, nor does the certificate', { ref: null }, 'ref_unknown', holder({ source_ref: null })],
    ['another repository that is trusted', { uri: 'https://github.com/acme/any' }, 'source_disagrees'],
    ['a repository in another case', { uri: SOURCE.replace('acme', 'ACME') }, 'source_disagrees'],
    ['a repository that begins like it', { uri: `${SOURCE}-evil` }, 'source_disagrees'],
    ['another branch', { ref: 'refs/heads/evil' }, 'source_disagrees'],
    ['a tag for a branch', { ref: 'refs/tags/v1' }, 'source_disagrees'],
    ['a short ref', { ref: 'main' }, 'source_disagrees'],
    ['another commit', { commit: 'c0ffee' }, 'source_disagrees'],
    ['a commit in short', { commit: claims.source_digest.slice(0, 12) }, 'source_disagrees'],
    [
      'a repository, and the certificate of another',
      {},
      'source_disagrees',
      holder({ source_repository: `${SOURCE}-evil` }),
    ],
    [
      'a repository, and the certificate of none that could be',
      {},
      'source_disagrees',
      holder({ source_repository: 'acme/payment-api' }),
    ],
    ['a repository, and the certificate of none, by its name', {}, null, holder({ source_repository: null })],
    [
      'a repository, and the certificate of none, by a pattern',
      {},
      'source_unproven',
      holder({ source_repository: null }, { exact: [] }),
    ],
    [
      'the repository of the caller of a reusable workflow',
      {},
      null,
      holder({ build_signer: REUSABLE }, { subject: REUSABLE, exact: [] }),
    ],
    [
      'the repository of a reusable workflow',
      { uri: 'https://github.com/acme/workflows' },
      'source_disagrees',
      holder({ build_signer: REUSABLE }, { subject: REUSABLE }),
    ],
  ])('by a certificate is what both say: %s', (_, source, code, by = holder()) => {
    expect(linkOf(source, by)).toBe(code);
  });

  const { run, source_repository_id: id } = claims;
  it.each<[what: string, run: string | null, predicate: unknown, code: string | null]>([
    ['the run', run, {}, null],
    ['the run as SLSA v0.2 has it', '17293822569-1', {}, null],
    ['no run', null, {}, null],
    ['another run', run.replace('2569', '2570'), {}, 'source_disagrees'],
    ['another attempt', run.replace('attempts/1', 'attempts/2'), {}, 'source_disagrees'],
    ['a run without attempt', run.replace('/attempts/1', ''), {}, 'source_disagrees'],
    ['another run as SLSA v0.2 has it', '17293822570-1', {}, 'source_disagrees'],
    ['a run with more behind it', `${run}/evil`, {}, 'source_disagrees'],
    ['no text of a run', '', {}, 'source_disagrees'],
    ['the id of the repository', null, V1_ID(id), null],
    ['another id of the repository', null, V1_ID('7'), 'source_disagrees'],
    [
      'another id as npm has it',
      null,
      idAt('buildDefinition', 'internalParameters', 'GITHUB_REPOSITORY_ID')('7'),
      'source_disagrees',
    ],
    [
      'another id as SLSA v0.2 has it',
      null,
      idAt('invocation', 'environment', 'GITHUB_REPOSITORY_ID')('7'),
      'source_disagrees',
    ],
    [
      'another id as its generator has it',
      null,
      idAt('invocation', 'environment', 'github_repository_id')('7'),
      'source_disagrees',
    ],
  ])('is of the run and repository that the certificate is of: %s', (_, invocation, predicate, code) => {
    expect(linkOf({}, holder(), invocation, predicate)).toBe(code);
  });

  it.each([
    ['42', null],
    ['43', 'source_disagrees'],
  ])('is of the job of GitLab that the certificate is of: %s', (job, code) => {
    const run = 'https://gitlab.com/acme/team/payment-api/-/jobs/42';
    expect(linkOf({}, holder({ run }), job, {})).toBe(code);
  });

  const v1 = (changes: object) => ({
    buildDefinition: {
      externalParameters: {
        workflow: { repository: SOURCE, path: '.github/workflows/release.yml', ref: 'refs/heads/main', ...changes },
      },
    },
  });
  const v02 = (uri: string, entryPoint: string) => ({ invocation: { configSource: { uri, entryPoint } } });
  it.each<[what: string, predicate: unknown, code: string | null]>([
    ['the same', v1({}), null],
    ['the same as SLSA v0.2 has it', v02(`git+${SOURCE}@refs/heads/main`, '.github/workflows/release.yml'), null],
    ['of another file', v1({ path: '.github/workflows/evil.yml' }), 'source_disagrees'],
    ['of a file that ends like it', v1({ path: 'x/.github/workflows/release.yml' }), 'source_disagrees'],
    ['of another repository', v1({ repository: `${SOURCE}-evil` }), 'source_disagrees'],
    ['at another ref', v1({ ref: 'refs/heads/evil' }), 'source_disagrees'],
    ['at a ref with more behind it', v1({ ref: 'refs/heads/main@refs/heads/evil' }), 'source_disagrees'],
    [
      'of another file as SLSA v0.2 has it',
      v02(`git+${SOURCE}@refs/heads/main`, '.github/workflows/x.yml'),
      'source_disagrees',
    ],
    [
      'of another ref as SLSA v0.2 has it',
      v02(`git+${SOURCE}@refs/heads/x`, '.github/workflows/release.yml'),
      'source_disagrees',
    ],
  ])('is built by the workflow that the certificate says was started: %s', (_, predicate, code) => {
    expect(linkOf({}, holder(), null, predicate)).toBe(code);
  });

  it('is of any run where the certificate names none, as that of a key is', () => {
    const predicate = V1_ID('7');
    expect(linkOf({}, holder({ run: null, source_repository_id: null }), 'any', predicate)).toBeNull();
    expect(linkOf({}, holders('one'), 'any', predicate)).toBeNull();
  });
});
