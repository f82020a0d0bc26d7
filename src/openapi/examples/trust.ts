// Recorded by `make openapi` from a server that was sent the requests of test/openapi/examples: do not edit.
import type { Examples } from './example.ts';

export const trust: Examples = {
  getTrust: {
    '200': {
      body: {
        trust_digest: 'f44aac4f9941f95a2ecf419d0534b6003a14add306e9d414436b276a83173680',
        loaded_at: '2026-01-31T12:00:00.000Z',
        last_error: null,
        warnings: [],
        gate_minimum_level: 'asserted',
        key_threshold: 1,
        roots: [
          {
            name: 'public-good',
            digest: '844a1c6de3986c9f02070266b25e0d1a2fa99ceccc89f6b9ad90aae47b62a16e',
            certificate_authorities: 2,
            transparency_logs: 2,
            certificate_logs: 2,
            timestamp_authorities: 1,
          },
        ],
        keys: [
          {
            name: 'release-2026',
            digest: '44439360c746fbfdea0ecf566e8e149966ab9f4fd3dfc07f11cfe9e1cc3fe0fe',
            type: 'ec',
            algorithms: null,
            valid_from: '2026-01-01T00:00:00.000Z',
            valid_until: '2027-01-01T00:00:00.000Z',
            predicate_types: null,
            vouches_for: ['risk_assessment'],
            triggers: null,
          },
        ],
        identities: [
          {
            name: 'acme-release',
            root: 'public-good',
            issuer: 'https://token.actions.githubusercontent.com',
            subject: 'https://github.com/acme/payment-api/.github/workflows/release.yml@refs/heads/main',
            predicate_types: null,
            vouches_for: ['sbom', 'provenance'],
            triggers: null,
          },
        ],
        builders: [
          {
            id: 'https://github.com/actions/runner/github-hosted',
            identities: ['acme-release'],
            keys: [],
            delegated: false,
            any_parameters: false,
            any_runner: false,
          },
        ],
        sources: [{ repository: 'https://github.com/acme/payment-api', refs: ['refs/heads/main'] }],
        verifying_again: { stale: 0, done: 0, running: false },
      },
    },
    '400': { code: 'malformed_request', detail: 'The query string is not valid percent-encoded UTF-8' },
    '401': {
      headers: { 'www-authenticate': 'Bearer realm="maestro"' },
      code: 'credentials_missing',
      detail: 'This needs a credential, sent as Authorization: Bearer <token>',
    },
    '403': {
      code: 'host_not_allowed',
      detail:
        "This server is bound to loopback: it answers to localhost, 127.0.0.1 and [::1], not to 'rebound.example.com'; PUBLIC_URL adds one more host",
    },
    '422': {
      code: 'validation_failed',
      detail: 'query /trace: unknown parameter `trace`',
      errors: [{ in: 'query', pointer: '/trace', detail: 'unknown parameter `trace`' }],
    },
    '429': {
      headers: { 'retry-after': '60' },
      code: 'too_many_sign_ins',
      detail: 'More than 20 wrong credentials came from your address within a minute; a right one is still accepted',
    },
    '500': { code: 'internal_error', detail: 'Something went wrong; the server log has the details' },
    '503': {
      headers: { 'retry-after': '2' },
      code: 'store_unavailable',
      detail: 'The store does not answer; try again',
    },
  },
};
