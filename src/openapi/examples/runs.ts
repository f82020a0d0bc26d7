// Recorded by `make openapi` from a server that was sent the requests of test/openapi/examples: do not edit.
import type { Examples } from './example.ts';

export const runs: Examples = {
  createRun: {
    '201': {
      headers: { location: '/maestro/runs/0199a1c2-7e3b-7c4d-9a5e-1f2a3b4c5d6e', etag: '"59y2xHj5gkmgPRB7z6_4OZ"' },
      body: {
        id: '0199a1c2-7e3b-7c4d-9a5e-1f2a3b4c5d6e',
        name: 'payment-api build 1042',
        owner: 'team-payments',
        started_at: '2026-01-31T10:00:00.000Z',
        finished_at: null,
        status: 'pending',
        cost_estimate: 1.5,
        cost_actual: null,
        related_entity_ids: [],
        related_decision_ids: [],
        metadata: { commit: '4f2a9c1', pipeline: 'main' },
      },
    },
    '400': { code: 'malformed_json', detail: 'The body has the key "name" twice in one object' },
    '401': {
      headers: { 'www-authenticate': 'Bearer realm="maestro", error="invalid_token"' },
      code: 'token_unknown',
      detail: 'There is no such token, or its secret is another',
    },
    '403': {
      code: 'cross_site_request',
      detail:
        "A web page of 'https://ads.example.com' sent this write, and only pages of this server may write; behind a proxy, set PUBLIC_URL to the address of the page",
    },
    '408': { code: 'request_timeout', detail: 'The request took too long to arrive' },
    '409': { code: 'idempotency_key_in_use', detail: 'A request with this Idempotency-Key is still being processed' },
    '413': { code: 'body_too_large', detail: 'The body is larger than the limit of 1024 bytes' },
    '415': {
      code: 'unsupported_media_type',
      detail: 'The body must be JSON in UTF-8, sent with the header content-type: application/json',
      errors: [
        { in: 'header', pointer: '/content-type', detail: 'must be application/json, optionally with charset=utf-8' },
      ],
    },
    '422': {
      code: 'validation_failed',
      detail: 'body /ownr: unknown field `ownr`; did you mean `owner`? (and 1 more)',
      errors: [
        { in: 'body', pointer: '/ownr', detail: 'unknown field `ownr`; did you mean `owner`?' },
        { in: 'body', pointer: '/name', detail: 'must not be empty' },
      ],
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
  listRuns: {
    '200': {
      headers: {
        link: '</maestro/runs?limit=1&owner=team-payments&cursor=bGxjNTFjIDAxOTlhMWMyLTdlM2ItN2M0ZC05YTVlLTFmMmEzYjRjNWQ2ZQ>; rel="next"',
      },
      body: [
        {
          id: '0199a1c2-7e3b-7c4d-9a5e-1f2a3b4c5d6e',
          name: 'payment-api build 1042',
          owner: 'team-payments',
          started_at: '2026-01-31T10:00:00.000Z',
          finished_at: '2026-01-31T10:30:00.000Z',
          status: 'succeeded',
          cost_estimate: 1.5,
          cost_actual: 1.42,
          related_entity_ids: [],
          related_decision_ids: [],
          metadata: { commit: '4f2a9c1', pipeline: 'main' },
        },
      ],
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
      detail: 'query /staus: unknown parameter `staus`; did you mean `status`?',
      errors: [{ in: 'query', pointer: '/staus', detail: 'unknown parameter `staus`; did you mean `status`?' }],
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
  getRun: {
    '200': {
      headers: { etag: '"1PPn6SPW_pK2mYJ0CUkypt"' },
      body: {
        id: '0199a1c2-7e3b-7c4d-9a5e-1f2a3b4c5d6e',
        name: 'payment-api build 1042',
        owner: 'team-payments',
        started_at: '2026-01-31T10:00:00.000Z',
        finished_at: '2026-01-31T10:30:00.000Z',
        status: 'succeeded',
        cost_estimate: 1.5,
        cost_actual: 1.42,
        related_entity_ids: [],
        related_decision_ids: [],
        metadata: { commit: '4f2a9c1', pipeline: 'main' },
      },
    },
    '304': { headers: { etag: '"1PPn6SPW_pK2mYJ0CUkypt"' } },
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
    '404': { code: 'run_not_found', detail: "Run 'build-1042' not found" },
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
  updateRun: {
    '200': {
      headers: { etag: '"1PPn6SPW_pK2mYJ0CUkypt"' },
      body: {
        id: '0199a1c2-7e3b-7c4d-9a5e-1f2a3b4c5d6e',
        name: 'payment-api build 1042',
        owner: 'team-payments',
        started_at: '2026-01-31T10:00:00.000Z',
        finished_at: '2026-01-31T10:30:00.000Z',
        status: 'succeeded',
        cost_estimate: 1.5,
        cost_actual: 1.42,
        related_entity_ids: [],
        related_decision_ids: [],
        metadata: { commit: '4f2a9c1', pipeline: 'main' },
      },
    },
    '400': { code: 'malformed_json', detail: 'The body has the key "name" twice in one object' },
    '401': {
      headers: { 'www-authenticate': 'Bearer realm="maestro", error="invalid_token"' },
      code: 'token_unknown',
      detail: 'There is no such token, or its secret is another',
    },
    '403': {
      code: 'cross_site_request',
      detail:
        "A web page of 'https://ads.example.com' sent this write, and only pages of this server may write; behind a proxy, set PUBLIC_URL to the address of the page",
    },
    '404': { code: 'run_not_found', detail: "Run 'build-1042' not found" },
    '408': { code: 'request_timeout', detail: 'The request took too long to arrive' },
    '409': { code: 'invalid_status_transition', detail: "A run that is 'succeeded' cannot become 'running'" },
    '412': { code: 'precondition_failed', detail: 'The row has changed since you read it: read it again' },
    '413': { code: 'body_too_large', detail: 'The body is larger than the limit of 1024 bytes' },
    '415': {
      code: 'unsupported_media_type',
      detail: 'The body must be JSON in UTF-8, sent with the header content-type: application/json',
      errors: [
        { in: 'header', pointer: '/content-type', detail: 'must be application/json, optionally with charset=utf-8' },
      ],
    },
    '422': {
      code: 'validation_failed',
      detail: 'body /status: must be one of pending, running, succeeded, failed, cancelled',
      errors: [
        { in: 'body', pointer: '/status', detail: 'must be one of pending, running, succeeded, failed, cancelled' },
      ],
    },
    '428': { code: 'precondition_required', detail: 'If-Match is missing: send the ETag of the row as you read it' },
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
