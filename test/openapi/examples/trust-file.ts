// The trust file of the example, that of docs/verify.md in short.
export const TRUST_FILE = {
  version: 2,
  public_good: true,
  identities: [
    {
      name: 'acme-release',
      root: 'public-good',
      issuer: 'https://token.actions.githubusercontent.com',
      subject: 'https://github.com/acme/payment-api/.github/workflows/release.yml@refs/heads/main',
      vouches_for: ['sbom', 'provenance'],
    },
  ],
  keys: [
    {
      name: 'release-2026',
      pem: '-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE5C9RUgYgsoVfbdMdcrc8LfLiRpI8\nGGZHKZXNUAbt6wkimTJ2wedtZbF//cNFlJKj770pc7rl0N7ADt5blhkX6A==\n-----END PUBLIC KEY-----\n',
      valid_from: '2026-01-01T00:00:00Z',
      valid_until: '2027-01-01T00:00:00Z',
      vouches_for: ['risk_assessment'],
    },
  ],
  key_threshold: 1,
  builders: [{ id: 'https://github.com/actions/runner/github-hosted', identities: ['acme-release'] }],
  sources: [{ repository: 'https://github.com/acme/payment-api', refs: ['refs/heads/main'] }],
};
