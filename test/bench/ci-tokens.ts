// ID tokens as a CI system issues them, and the AUTH_FILE that grants them something.
import { idToken, keySet, newSigningKey, type SigningKey } from '../auth/id-tokens.ts';

export type Algorithm = SigningKey['alg'];

export type CiIssuer = {
  authFile: string;
  /** New tokens, no two of which are the same. */
  tokens(algorithm: Algorithm, count: number): string[];
};

const ISSUER = 'https://token.actions.githubusercontent.com';
const AUDIENCE = 'https://maestro.example.com';
const SECONDS_VALID = 6 * 60 * 60;

/** As many claims as GitHub Actions writes: how long a token is decides what its verification costs. */
const CLAIMS = {
  iss: ISSUER,
  aud: AUDIENCE,
  sub: 'repo:acme/payment-api:ref:refs/heads/main',
  ref: 'refs/heads/main',
  ref_type: 'branch',
  ref_protected: 'true',
  sha: '4f2a9c1d8e7b6a5f4e3d2c1b0a9f8e7d6c5b4a39',
  repository: 'acme/payment-api',
  repository_id: '714259836',
  repository_owner: 'acme',
  repository_owner_id: '20331187',
  repository_visibility: 'private',
  actor: 'release-bot',
  actor_id: '88120457',
  workflow: 'release',
  workflow_ref: 'acme/payment-api/.github/workflows/release.yml@refs/heads/main',
  workflow_sha: '4f2a9c1d8e7b6a5f4e3d2c1b0a9f8e7d6c5b4a39',
  job_workflow_ref: 'acme/payment-api/.github/workflows/release.yml@refs/heads/main',
  job_workflow_sha: '4f2a9c1d8e7b6a5f4e3d2c1b0a9f8e7d6c5b4a39',
  event_name: 'push',
  head_ref: '',
  base_ref: '',
  runner_environment: 'github-hosted',
  run_number: '1042',
  run_attempt: '1',
};

export function ciIssuer(): CiIssuer {
  const keys: Record<Algorithm, SigningKey> = {
    RS256: newSigningKey('rsa', 'RS256'),
    ES256: newSigningKey('ec', 'ES256'),
  };
  // An issuer publishes the key before and the key after the one in use.
  const jwks = keySet(keys.RS256, keys.ES256, newSigningKey('before', 'RS256'), newSigningKey('after', 'RS256'));
  let made = 0;
  return {
    authFile: JSON.stringify(fileWith(jwks)),
    tokens(algorithm, count) {
      const iat = Math.floor(Date.now() / 1_000);
      const times = { iat, nbf: iat - 300, exp: iat + SECONDS_VALID };
      return Array.from({ length: count }, () => {
        made += 1;
        return idToken(keys[algorithm], { ...CLAIMS, ...times, jti: `job-${made}`, run_id: String(9_000_000 + made) });
      });
    },
  };
}

const fileWith = (jwks: object) => ({
  version: 1,
  issuers: [{ name: 'github', issuer: ISSUER, audience: AUDIENCE, max_token_age: SECONDS_VALID, jwks }],
  grants: [
    {
      ...{ name: 'payments', issuer: 'github', tenant: 'default', roles: ['reporter'], owners: ['team-*'] },
      claims: { repository: CLAIMS.repository, ref: CLAIMS.ref },
    },
  ],
});
