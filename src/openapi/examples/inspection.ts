// Recorded by `make openapi` from a server that was sent the requests of test/openapi/examples: do not edit.
import type { Examples } from './example.ts';

export const inspection: Examples = {
  inspectEvidence: {
    '200': {
      body: {
        state: 'read',
        kind: 'sbom',
        format: 'cyclonedx-json',
        version: '1.6',
        level: 'parsed',
        tool: { name: 'syft', version: '1.33.0' },
        findings_total: 0,
        read_at: '2026-01-31T12:00:00.000Z',
        reader: 'maestro/3',
        reading: 'current',
        valid: true,
        subjects: [{ name: 'payment-api', digests: {} }],
        subjects_total: 1,
        facts: {
          kind: 'sbom',
          components: 1,
          with_purl: 1,
          with_version: 1,
          with_licence: 1,
          with_hash: 0,
          with_supplier: 0,
          relationships: 1,
          created: '2026-01-31T10:04:00Z',
          author: null,
          subject: { name: 'payment-api', version: '2.4.1', purl: 'pkg:npm/payment-api@2.4.1', digests: {} },
          ntia: {
            supplier_name: false,
            component_name: true,
            version: true,
            unique_identifier: true,
            dependency_relationship: true,
            author: false,
            timestamp: true,
          },
          licences: { MIT: 1 },
        },
        findings: [],
        verification: null,
        named_by: [],
        signed_by: [],
      },
    },
    '400': { code: 'malformed_request', detail: 'The query string is not valid percent-encoded UTF-8' },
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
    '413': { code: 'body_too_large', detail: 'The file is larger than the limit of 33554432 bytes' },
    '415': {
      code: 'unsupported_media_type',
      detail: 'The body is a form, not the file itself: use curl --data-binary @FILE',
      errors: [{ in: 'header', pointer: '/content-type', detail: 'must not be multipart; send the bytes as they are' }],
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
      code: 'overloaded',
      detail: '4 files are being inspected already; try again',
    },
  },
};
