// Recorded by `make openapi` from a server that was sent the requests of test/openapi/examples: do not edit.
import type { Examples } from './example.ts';

export const packs: Examples = {
  createDisclosurePack: {
    '201': {
      headers: {
        location: '/maestro/disclosure-packs/0199a1c2-9a5d-7e6f-9c70-3b4c5d6e7f80',
        etag: '"fwJBPUbVjtGs45wo5kZg7p"',
      },
      body: {
        id: '0199a1c2-9a5d-7e6f-9c70-3b4c5d6e7f80',
        run_id: '0199a1c2-7e3b-7c4d-9a5e-1f2a3b4c5d6e',
        summary: 'Evidence for release 1042',
        artifact_ids: ['0199a1c2-8f4c-7d5e-8b6f-2a3b4c5d6e7f'],
        artifact_digests: [
          {
            artifact_id: '0199a1c2-8f4c-7d5e-8b6f-2a3b4c5d6e7f',
            sha256: '5d1f852c5f5c993d5ad4f97c4b2a38fb03c351990b8fa76f1f3d0f7ca5341e82',
            sha512:
              '25cb97c908b7facc802aa2be5715cb76e040ca3dfb9dfd851c710eed808b7538ab34355a34425147ae61722a8ec696d75b4c51505cdcbec0f4011f7e3e606dd1',
          },
        ],
        artifact_contents: [
          {
            artifact_id: '0199a1c2-8f4c-7d5e-8b6f-2a3b4c5d6e7f',
            digest: 'sha256:5d1f852c5f5c993d5ad4f97c4b2a38fb03c351990b8fa76f1f3d0f7ca5341e82',
            reason: null,
          },
        ],
        created_at: '2026-01-31T10:40:00.000Z',
        metadata: { audience: 'customer' },
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
    '404': { code: 'artifact_not_found', detail: "Artifact 'sbom-1042' not found" },
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
      detail: "body /artifact_ids/1: names '0199a1c2-8f4c-7d5e-8b6f-2a3b4c5d6e7f' a second time",
      errors: [
        {
          in: 'body',
          pointer: '/artifact_ids/1',
          detail: "names '0199a1c2-8f4c-7d5e-8b6f-2a3b4c5d6e7f' a second time",
        },
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
  listDisclosurePacks: {
    '200': {
      body: [
        {
          id: '0199a1c2-9a5d-7e6f-9c70-3b4c5d6e7f80',
          run_id: '0199a1c2-7e3b-7c4d-9a5e-1f2a3b4c5d6e',
          summary: 'Evidence for release 1042',
          artifact_ids: ['0199a1c2-8f4c-7d5e-8b6f-2a3b4c5d6e7f'],
          artifact_digests: [
            {
              artifact_id: '0199a1c2-8f4c-7d5e-8b6f-2a3b4c5d6e7f',
              sha256: '5d1f852c5f5c993d5ad4f97c4b2a38fb03c351990b8fa76f1f3d0f7ca5341e82',
              sha512:
                '25cb97c908b7facc802aa2be5715cb76e040ca3dfb9dfd851c710eed808b7538ab34355a34425147ae61722a8ec696d75b4c51505cdcbec0f4011f7e3e606dd1',
            },
          ],
          artifact_contents: [
            {
              artifact_id: '0199a1c2-8f4c-7d5e-8b6f-2a3b4c5d6e7f',
              digest: 'sha256:5d1f852c5f5c993d5ad4f97c4b2a38fb03c351990b8fa76f1f3d0f7ca5341e82',
              reason: null,
            },
          ],
          created_at: '2026-01-31T10:40:00.000Z',
          metadata: { audience: 'customer' },
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
      detail: 'query /run: unknown parameter `run`; did you mean `run_id`?',
      errors: [{ in: 'query', pointer: '/run', detail: 'unknown parameter `run`; did you mean `run_id`?' }],
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
  getDisclosurePack: {
    '200': {
      headers: { etag: '"fwJBPUbVjtGs45wo5kZg7p"' },
      body: {
        id: '0199a1c2-9a5d-7e6f-9c70-3b4c5d6e7f80',
        run_id: '0199a1c2-7e3b-7c4d-9a5e-1f2a3b4c5d6e',
        summary: 'Evidence for release 1042',
        artifact_ids: ['0199a1c2-8f4c-7d5e-8b6f-2a3b4c5d6e7f'],
        artifact_digests: [
          {
            artifact_id: '0199a1c2-8f4c-7d5e-8b6f-2a3b4c5d6e7f',
            sha256: '5d1f852c5f5c993d5ad4f97c4b2a38fb03c351990b8fa76f1f3d0f7ca5341e82',
            sha512:
              '25cb97c908b7facc802aa2be5715cb76e040ca3dfb9dfd851c710eed808b7538ab34355a34425147ae61722a8ec696d75b4c51505cdcbec0f4011f7e3e606dd1',
          },
        ],
        artifact_contents: [
          {
            artifact_id: '0199a1c2-8f4c-7d5e-8b6f-2a3b4c5d6e7f',
            digest: 'sha256:5d1f852c5f5c993d5ad4f97c4b2a38fb03c351990b8fa76f1f3d0f7ca5341e82',
            reason: null,
          },
        ],
        created_at: '2026-01-31T10:40:00.000Z',
        metadata: { audience: 'customer' },
      },
    },
    '304': { headers: { etag: '"fwJBPUbVjtGs45wo5kZg7p"' } },
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
    '404': { code: 'disclosure_pack_not_found', detail: "Disclosure pack 'release-1042' not found" },
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
