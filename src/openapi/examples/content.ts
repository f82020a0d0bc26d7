// Recorded by `make openapi` from a server that was sent the requests of test/openapi/examples: do not edit.
import type { Examples } from './example.ts';

export const content: Examples = {
  putArtifactContent: {
    '200': {
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
    '201': {
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
    '404': { code: 'artifact_not_found', detail: "Artifact 'sbom-1042' not found" },
    '408': { code: 'request_timeout', detail: 'The content took too long to arrive' },
    '409': {
      code: 'content_conflict',
      detail: "Artifact '0199a1c2-8f4c-7d5e-8b6f-2a3b4c5d6e7f' already has other content, and content never changes",
    },
    '412': {
      code: 'precondition_failed',
      detail:
        'The condition If-None-Match is not met: the artifact has content with the ETag "5d1f852c5f5c993d5ad4f97c4b2a38fb03c351990b8fa76f1f3d0f7ca5341e82"',
    },
    '413': { code: 'body_too_large', detail: 'The content is larger than the limit of 67108864 bytes' },
    '415': {
      code: 'unsupported_media_type',
      detail: 'The body is a form, not the file itself: use curl -T FILE URL',
      errors: [
        {
          in: 'header',
          pointer: '/content-type',
          detail: 'must not be a form; send the bytes of the file as they are',
        },
      ],
    },
    '422': {
      code: 'digest_mismatch',
      detail: 'The bytes received do not match the digests in the headers',
      errors: [{ in: 'header', pointer: '/repr-digest', detail: 'does not match the sha256 of the bytes' }],
    },
    '429': {
      headers: { 'retry-after': '60' },
      code: 'too_many_sign_ins',
      detail: 'More than 20 wrong credentials came from your address within a minute; a right one is still accepted',
    },
    '500': { code: 'internal_error', detail: 'Something went wrong; the server log has the details' },
    '503': {
      headers: { 'retry-after': '2' },
      code: 'content_store_unavailable',
      detail: 'The content store does not respond; try again',
    },
    '507': { code: 'content_store_full', detail: 'The content store has no space for this content' },
  },
  getArtifactContent: {
    '200': {
      headers: {
        etag: '"5d1f852c5f5c993d5ad4f97c4b2a38fb03c351990b8fa76f1f3d0f7ca5341e82"',
        'content-disposition': 'attachment; filename="sbom.cdx.json"',
        'accept-ranges': 'bytes',
        'repr-digest': 'sha-256=:XR+FLF9cmT1a1Pl8Syo4+wPDUZkLj6dvHz0PfKU0HoI=:',
        'content-digest': 'sha-256=:XR+FLF9cmT1a1Pl8Syo4+wPDUZkLj6dvHz0PfKU0HoI=:',
      },
      body: '{\n  "bomFormat": "CycloneDX",\n  "specVersion": "1.6",\n  "version": 1,\n  "metadata": {\n    "timestamp": "2026-01-31T10:04:00Z",\n    "tools": {\n      "components": [\n        {\n          "type": "application",\n          "name": "syft",\n          "version": "1.33.0"\n        }\n      ]\n    },\n    "component": {\n      "type": "application",\n      "bom-ref": "payment-api",\n      "name": "payment-api",\n      "version": "2.4.1",\n      "purl": "pkg:npm/payment-api@2.4.1"\n    }\n  },\n  "components": [\n    {\n      "type": "library",\n      "bom-ref": "fastify",\n      "name": "fastify",\n      "version": "5.12.8",\n      "purl": "pkg:npm/fastify@5.12.8",\n      "licenses": [\n        {\n          "license": {\n            "id": "MIT"\n          }\n        }\n      ]\n    }\n  ],\n  "dependencies": [\n    {\n      "ref": "payment-api",\n      "dependsOn": [\n        "fastify"\n      ]\n    },\n    {\n      "ref": "fastify"\n    }\n  ]\n}',
    },
    '206': {
      headers: {
        etag: '"5d1f852c5f5c993d5ad4f97c4b2a38fb03c351990b8fa76f1f3d0f7ca5341e82"',
        'content-disposition': 'attachment; filename="sbom.cdx.json"',
        'accept-ranges': 'bytes',
        'repr-digest': 'sha-256=:XR+FLF9cmT1a1Pl8Syo4+wPDUZkLj6dvHz0PfKU0HoI=:',
        'content-range': 'bytes 0-99/911',
      },
      body: '{\n  "bomFormat": "CycloneDX",\n  "specVersion": "1.6",\n  "version": 1,\n  "metadata": {\n    "timestamp',
    },
    '302': {
      headers: {
        etag: '"5d1f852c5f5c993d5ad4f97c4b2a38fb03c351990b8fa76f1f3d0f7ca5341e82"',
        location:
          'https://builds.s3.eu-central-1.amazonaws.com/default/5d1f852c5f5c993d5ad4f97c4b2a38fb03c351990b8fa76f1f3d0f7ca5341e82?X-Amz-Expires=300',
      },
    },
    '304': { headers: { etag: '"5d1f852c5f5c993d5ad4f97c4b2a38fb03c351990b8fa76f1f3d0f7ca5341e82"' } },
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
    '404': { code: 'content_not_found', detail: "Artifact '0199a1c2-8f4c-7d5e-8b6f-2a3b4c5d6e7f' has no content yet" },
    '416': {
      headers: { 'content-range': 'bytes */911' },
      code: 'range_not_satisfiable',
      detail: 'The content has 911 bytes',
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
    '500': { code: 'content_lost', detail: 'The content cannot be read; the server log has the details' },
    '503': {
      headers: { 'retry-after': '2' },
      code: 'content_store_unavailable',
      detail: 'The content store does not respond; try again',
    },
  },
};
