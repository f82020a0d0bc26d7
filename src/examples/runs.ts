// Recorded by `make openapi` from a server that was sent the requests of test/examples: do not edit.
import type { Examples } from './example.ts';

export const runs: Examples = {
  createRun: {
    '201': {
      headers: { location: '/maestro/runs/0199a1c2-7e3b-7c4d-9a5e-1f2a3b4c5d6e', etag: '"59y2xHj5gkmgPRB7z6-4OZ"' },
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
    '408': { code: 'request_timeout', detail: 'The request took too long to arrive' },
    '409': { code: 'idempotency_key_in_use', detail: 'A request with this Idempotency-Key is still being worked on' },
    '413': { code: 'body_too_large', detail: 'The body is larger than this server takes' },
    '415': {
      code: 'unsupported_media_type',
      detail: 'The body must be application/json in UTF-8',
      errors: [
        { in: 'header', pointer: '/content-type', detail: 'must be application/json, with charset=utf-8 or none' },
      ],
    },
    '422': {
      code: 'validation_failed',
      detail: 'body /name: must not be empty (and 1 more)',
      errors: [
        { in: 'body', pointer: '/name', detail: 'must not be empty' },
        { in: 'body', pointer: '/ownr', detail: 'is not a field of this object' },
      ],
    },
    '500': { code: 'internal_error', detail: 'Something went wrong; the log tells what' },
    '503': {
      headers: { 'retry-after': '2' },
      code: 'store_unavailable',
      detail: 'The store does not answer; try again',
    },
  },
  listRuns: {
    '200': {
      headers: {
        link: '</maestro/runs?owner=team-payments&limit=1&cursor=bGxjNTFjIDAxOTlhMWMyLTdlM2ItN2M0ZC05YTVlLTFmMmEzYjRjNWQ2ZQ>; rel="next"',
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
    '422': {
      code: 'validation_failed',
      detail: 'query /staus: is not a parameter of this operation',
      errors: [{ in: 'query', pointer: '/staus', detail: 'is not a parameter of this operation' }],
    },
    '500': { code: 'internal_error', detail: 'Something went wrong; the log tells what' },
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
    '404': { code: 'run_not_found', detail: "Run 'build-1042' not found" },
    '422': {
      code: 'validation_failed',
      detail: 'query /trace: is not a parameter of this operation',
      errors: [{ in: 'query', pointer: '/trace', detail: 'is not a parameter of this operation' }],
    },
    '500': { code: 'internal_error', detail: 'Something went wrong; the log tells what' },
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
    '404': { code: 'run_not_found', detail: "Run 'build-1042' not found" },
    '408': { code: 'request_timeout', detail: 'The request took too long to arrive' },
    '409': { code: 'invalid_status_transition', detail: "A run that is 'succeeded' cannot become 'running'" },
    '412': { code: 'precondition_failed', detail: 'The row has changed since you read it: read it again' },
    '413': { code: 'body_too_large', detail: 'The body is larger than this server takes' },
    '415': {
      code: 'unsupported_media_type',
      detail: 'The body must be application/json in UTF-8',
      errors: [
        { in: 'header', pointer: '/content-type', detail: 'must be application/json, with charset=utf-8 or none' },
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
    '500': { code: 'internal_error', detail: 'Something went wrong; the log tells what' },
    '503': {
      headers: { 'retry-after': '2' },
      code: 'store_unavailable',
      detail: 'The store does not answer; try again',
    },
  },
};
