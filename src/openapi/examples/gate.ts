// Recorded by `make openapi` from a server that was sent the requests of test/openapi/examples: do not edit.
import type { Examples } from './example.ts';

export const gate: Examples = {
  checkReleaseGate: {
    '200': {
      body: {
        run_id: '0199a1c2-7e3b-7c4d-9a5e-1f2a3b4c5d6e',
        passed: true,
        message: 'Release gate passed: 1 compliant artifact(s) found',
        details: {
          run_id: '0199a1c2-7e3b-7c4d-9a5e-1f2a3b4c5d6e',
          artifact_count: 1,
          status: 'succeeded',
          minimum_level: 'asserted',
          total_artifacts: 1,
          compliant_artifacts: 1,
          compliant_artifact_ids: ['0199a1c2-8f4c-7d5e-8b6f-2a3b4c5d6e7f'],
          compliant: [
            {
              artifact_id: '0199a1c2-8f4c-7d5e-8b6f-2a3b4c5d6e7f',
              kind: 'sbom',
              path_or_uri: 's3://builds/1042/sbom.cdx.json',
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
            },
          ],
          pending_artifacts: 0,
          reasons: [],
          artifacts: [],
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
    '409': {
      code: 'release_blocked',
      detail: "Run status is 'pending', must be 'succeeded'",
      more: {
        run_id: '0199a1c2-7e3b-7c4d-9a5e-1f2a3b4c5d6e',
        passed: false,
        message: "Run status is 'pending', must be 'succeeded'",
        details: {
          run_id: '0199a1c2-7e3b-7c4d-9a5e-1f2a3b4c5d6e',
          artifact_count: 1,
          status: 'pending',
          minimum_level: 'asserted',
          total_artifacts: 1,
          compliant_artifacts: 0,
          compliant_artifact_ids: [],
          compliant: [],
          pending_artifacts: 0,
          reasons: [
            {
              code: 'run_not_succeeded',
              message: "Run status is 'pending', must be 'succeeded'",
              remediation: 'Report the outcome with PATCH /maestro/runs/{run_id}.',
            },
            {
              code: 'no_compliant_artifact',
              message: 'No artifacts meet compliance requirements (SBOM + SLSA provenance + risk assessment)',
              remediation:
                'One artifact needs sbom_present, slsa_provenance_present and risk_assessment_present: declare them, or send documents about it that earn them; details.artifacts shows what each artifact lacks.',
            },
          ],
          artifacts: [
            {
              artifact_id: '0199a1c2-8f4c-7d5e-8b6f-2a3b4c5d6e7f',
              kind: 'sbom',
              path_or_uri: 's3://builds/1042/sbom.cdx.json',
              missing: ['sbom_present'],
              flags: {
                sbom_present: {
                  value: false,
                  level: 'asserted',
                  because: 'not_declared',
                  document: null,
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
              candidates: [],
            },
          ],
        },
      },
    },
    '422': {
      code: 'validation_failed',
      detail: 'query /enforce: must be one of true, false',
      errors: [{ in: 'query', pointer: '/enforce', detail: 'must be one of true, false' }],
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
