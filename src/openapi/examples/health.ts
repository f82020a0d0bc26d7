// Recorded by `make openapi` from a server that was sent the requests of test/openapi/examples: do not edit.
import type { Examples } from './example.ts';

export const health: Examples = {
  getHealth: {
    '200': { body: { status: 'ok', service: 'maestro' } },
    '400': { code: 'malformed_request', detail: 'The query string is not valid percent-encoded UTF-8' },
    '422': {
      code: 'validation_failed',
      detail: 'query /trace: unknown parameter `trace`',
      errors: [{ in: 'query', pointer: '/trace', detail: 'unknown parameter `trace`' }],
    },
    '500': { code: 'internal_error', detail: 'Something went wrong; the server log has the details' },
    '503': { headers: { 'retry-after': '2' }, code: 'handler_timeout', detail: 'The answer took too long; try again' },
  },
  getReadiness: {
    '200': {
      body: {
        status: 'ready',
        service: 'maestro',
        store: 'memory',
        durability: 'forgets',
        content: 'writable',
        trust_digest: '94a019560d812f6c08fed3f1f2b00a02cbd3c2e95c2ddf0f7e3b13d2415ec980',
        minimum_level: 'asserted',
      },
    },
    '400': { code: 'malformed_request', detail: 'The query string is not valid percent-encoded UTF-8' },
    '422': {
      code: 'validation_failed',
      detail: 'query /trace: unknown parameter `trace`',
      errors: [{ in: 'query', pointer: '/trace', detail: 'unknown parameter `trace`' }],
    },
    '500': { code: 'internal_error', detail: 'Something went wrong; the server log has the details' },
    '503': { headers: { 'retry-after': '2' }, code: 'not_ready', detail: 'The server is stopping' },
  },
  getVersion: {
    '200': {
      body: { service: 'maestro', version: '0.1.0', node: '24.11.1', reader: 'maestro/3', verifier: 'maestro/2' },
    },
    '400': { code: 'malformed_request', detail: 'The query string is not valid percent-encoded UTF-8' },
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
    '500': { code: 'internal_error', detail: 'Something went wrong; the server log has the details' },
    '503': { headers: { 'retry-after': '2' }, code: 'handler_timeout', detail: 'The answer took too long; try again' },
  },
};
