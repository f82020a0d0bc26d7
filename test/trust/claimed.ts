// A trust file with builders and sources of every kind, and signers who claim them.
import type { Check } from '../../src/domain/evidence/verification.ts';
import type { SignedBy } from '../../src/trust/signed-by.ts';
import { newKey } from './signing.ts';
import { compiledOf, GITHUB, SIGNER, SOURCE } from './trusted.ts';

export const BUILDER = SIGNER.subject;
export const RUNNER = 'https://github.com/actions/runner';
export const REUSABLE = 'https://github.com/acme/workflows/.github/workflows/build.yml@refs/tags/v1';

const keys = ['one', 'two', 'three', 'release'].map((name) => ({
  name,
  pem: newKey().pem,
  valid_from: '2026-01-01T00:00:00Z',
}));
export const file = {
  public_good: true,
  keys,
  identities: ['release', 'other', 'one'].map((name) => ({ name, issuer: GITHUB, subject: BUILDER })),
  builders: [
    ...[BUILDER, RUNNER, `${RUNNER}/github-hosted`, REUSABLE].map((id) => ({ id, identities: ['release'] })),
    { id: 'https://builder.example/delegated', identities: ['release'], delegated: true },
    { id: 'https://builder.example/undelegated', identities: ['release'] },
    { id: 'https://builder.example/keys', keys: ['one', 'two'] },
    { id: 'https://builder.example/key-release', keys: ['release'] },
    { id: 'https://builder.example/nobody' },
    { id: 'https://builder.example/lines/*', identities: ['release'], delegated: true },
  ],
  sources: [
    { repository: SOURCE, refs: ['refs/heads/main', 'refs/tags/v*'] },
    { repository: 'https://github.com/acme/any' },
    { repository: 'https://github.com/acme/unstated', refs: ['unstated', 'refs/heads/main'] },
    { repository: 'https://github.com/acme/pulls', refs: ['refs/pull/*/merge'] },
    { repository: 'https://github.com/acme/both', refs: ['refs/heads/*', 'refs/tags/*'] },
    { repository: 'https://github.com/acme/lib-*', refs: ['refs/heads/main'] },
  ],
};
export const trust = compiledOf(file);

export const NO_CLAIMS = {
  ...{ source_repository: null, source_repository_id: null, source_ref: null, source_digest: null },
  ...{ build_signer: null, build_config: null, run: null, runner: null, trigger: null, visibility: null },
};
export type Claims = NonNullable<SignedBy['claims']>;
const { legacy_digest: _d, legacy_repository: _r, legacy_ref: _f, ...signed } = SIGNER.claims;
export const claims = signed;

/** The holder of the certificate of the workflow that may release. */
export const holder = (changes: Partial<Claims> = {}, rest: Partial<SignedBy> = {}): SignedBy => ({
  ...{ identities: ['release'], exact: ['release'], keys: [], subject: BUILDER },
  ...rest,
  claims: { ...claims, ...changes },
});
export const holders = (...names: string[]): SignedBy => ({
  ...{ identities: [], exact: [], subject: null, claims: null },
  keys: names,
});
export const codeOf = ({ held, code }: Check) => (held ? null : code);
