// Recorded by `make openapi` from a server that was sent the requests of test/openapi/examples: do not edit.
import type { Examples } from './example.ts';

export const manifest: Examples = {
  getRunManifest: {
    '200': {
      body: {
        run: {
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
        artifacts: [
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
        disclosure_pack: {
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
        compliance_report: {
          run_id: '0199a1c2-7e3b-7c4d-9a5e-1f2a3b4c5d6e',
          run_name: 'payment-api build 1042',
          run_status: 'succeeded',
          release_gate_passed: true,
          release_gate_message: 'Release gate passed: 1 compliant artifact(s) found',
          artifacts: [
            {
              artifact_id: '0199a1c2-8f4c-7d5e-8b6f-2a3b4c5d6e7f',
              kind: 'sbom',
              sbom_present: true,
              slsa_provenance_present: true,
              risk_assessment_present: true,
              compliant: true,
              flags: {
                sbom_present: {
                  value: true,
                  level: 'parsed',
                  because: 'content',
                  document: '0199a1c2-8f4c-7d5e-8b6f-2a3b4c5d6e7f',
                  signer: null,
                },
                slsa_provenance_present: {
                  value: true,
                  level: 'asserted',
                  because: 'declared',
                  document: null,
                  signer: null,
                },
                risk_assessment_present: {
                  value: true,
                  level: 'asserted',
                  because: 'declared',
                  document: null,
                  signer: null,
                },
              },
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
              level: 'parsed',
            },
          ],
          summary: { total_artifacts: 1, compliant_artifacts: 1 },
        },
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
};
