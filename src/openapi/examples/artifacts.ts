// Recorded by `make openapi` from a server that was sent the requests of test/openapi/examples: do not edit.
import type { Examples } from './example.ts';

export const artifacts: Examples = {
  createArtifact: {
    '201': {
      headers: {
        location: '/maestro/artifacts/0199a1c2-8f4c-7d5e-8b6f-2a3b4c5d6e7f',
        etag: '"tN81Ih0mA2QmggyUoiX0UU"',
      },
      body: {
        id: '0199a1c2-8f4c-7d5e-8b6f-2a3b4c5d6e7f',
        run_id: '0199a1c2-7e3b-7c4d-9a5e-1f2a3b4c5d6e',
        kind: 'sbom',
        path_or_uri: 's3://builds/1042/sbom.cdx.json',
        content_hash: null,
        about: [],
        created_at: '2026-01-31T10:05:00.000Z',
        metadata_json: {
          sbom_present: false,
          slsa_provenance_present: true,
          risk_assessment_present: true,
          additional_metadata: {},
        },
        content: null,
        evidence: null,
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
    '404': { code: 'run_not_found', detail: "Run '0199a1c2-7e3b-7c4d-9a5e-1f2a3b4c5d6e' not found" },
    '408': { code: 'request_timeout', detail: 'The request took too long to arrive' },
    '409': { code: 'run_full', detail: 'The run is full: a run holds at most 1 artifacts' },
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
      detail:
        'body /kind: must be one of sbom, slsa_provenance, risk_assessment, specification, build_log, test_report, other',
      errors: [
        {
          in: 'body',
          pointer: '/kind',
          detail: 'must be one of sbom, slsa_provenance, risk_assessment, specification, build_log, test_report, other',
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
  listArtifacts: {
    '200': {
      body: [
        {
          id: '0199a1c2-8f4c-7d5e-8b6f-2a3b4c5d6e7f',
          run_id: '0199a1c2-7e3b-7c4d-9a5e-1f2a3b4c5d6e',
          kind: 'sbom',
          path_or_uri: 's3://builds/1042/sbom.cdx.json',
          content_hash: null,
          about: [],
          created_at: '2026-01-31T10:05:00.000Z',
          metadata_json: {
            sbom_present: false,
            slsa_provenance_present: true,
            risk_assessment_present: true,
            additional_metadata: {},
          },
          content: {
            digests: {
              sha256: '5d1f852c5f5c993d5ad4f97c4b2a38fb03c351990b8fa76f1f3d0f7ca5341e82',
              sha512:
                '25cb97c908b7facc802aa2be5715cb76e040ca3dfb9dfd851c710eed808b7538ab34355a34425147ae61722a8ec696d75b4c51505cdcbec0f4011f7e3e606dd1',
            },
            size: 911,
            media_type: 'application/vnd.cyclonedx+json',
            stored_at: '2026-01-31T10:06:00.000Z',
          },
          evidence: {
            state: 'read',
            kind: 'sbom',
            format: 'cyclonedx-json',
            version: '1.6',
            level: 'parsed',
            tool: { name: 'syft', version: '1.33.0' },
            findings_total: 0,
            read_at: '2026-01-31T10:06:00.000Z',
            reader: 'maestro/3',
            subjects: [{ name: 'payment-api', digests: {} }],
          },
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
      detail: 'query /limit: must be a whole number from 1 to 1000',
      errors: [{ in: 'query', pointer: '/limit', detail: 'must be a whole number from 1 to 1000' }],
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
  getArtifact: {
    '200': {
      headers: { etag: '"LoxdjHEpWk_Le1VJrehz0S"' },
      body: {
        id: '0199a1c2-8f4c-7d5e-8b6f-2a3b4c5d6e7f',
        run_id: '0199a1c2-7e3b-7c4d-9a5e-1f2a3b4c5d6e',
        kind: 'sbom',
        path_or_uri: 's3://builds/1042/sbom.cdx.json',
        content_hash: null,
        about: [],
        created_at: '2026-01-31T10:05:00.000Z',
        metadata_json: {
          sbom_present: false,
          slsa_provenance_present: true,
          risk_assessment_present: true,
          additional_metadata: {},
        },
        content: {
          digests: {
            sha256: '5d1f852c5f5c993d5ad4f97c4b2a38fb03c351990b8fa76f1f3d0f7ca5341e82',
            sha512:
              '25cb97c908b7facc802aa2be5715cb76e040ca3dfb9dfd851c710eed808b7538ab34355a34425147ae61722a8ec696d75b4c51505cdcbec0f4011f7e3e606dd1',
          },
          size: 911,
          media_type: 'application/vnd.cyclonedx+json',
          stored_at: '2026-01-31T10:06:00.000Z',
        },
        evidence: {
          state: 'read',
          kind: 'sbom',
          format: 'cyclonedx-json',
          version: '1.6',
          level: 'parsed',
          tool: { name: 'syft', version: '1.33.0' },
          findings_total: 0,
          read_at: '2026-01-31T10:06:00.000Z',
          reader: 'maestro/3',
          subjects: [{ name: 'payment-api', digests: {} }],
        },
      },
    },
    '304': { headers: { etag: '"LoxdjHEpWk_Le1VJrehz0S"' } },
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
    '404': { code: 'artifact_not_found', detail: "Artifact 'sbom-1042' not found" },
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
