// Recorded by `make openapi` from a server that was sent the requests of test/openapi/examples: do not edit.
import type { Examples } from './example.ts';

export const jobs: Examples = {
  listJobs: {
    '200': {
      body: [
        {
          name: 'read_evidence',
          waiting: 2,
          oldest_waiting_at: '2026-01-31T11:58:20.412Z',
          running: 1,
          failed: 1,
          last_failure: { at: '2026-01-31T11:59:02.118Z', detail: 'The content store does not respond; try again' },
        },
        { name: 'verify_evidence', waiting: 0, oldest_waiting_at: null, running: 0, failed: 0, last_failure: null },
        { name: 'find_lost_content', waiting: 0, oldest_waiting_at: null, running: 0, failed: 0, last_failure: null },
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
