// The one story that every example tells: build 1042 of payment-api, its SBOM and the pack made of it. Requests are written
// here; the answers beside this file are recorded from a server that was sent these requests.
import type { CreateArtifactRequest } from '../../domain/artifact/artifact.ts';
import type { CreateDisclosurePackRequest } from '../../domain/pack/disclosure-pack.ts';
import type { CreateRunRequest, UpdateRunRequest } from '../../domain/run/run.ts';

export const RUN_ID = '0199a1c2-7e3b-7c4d-9a5e-1f2a3b4c5d6e';
export const ARTIFACT_ID = '0199a1c2-8f4c-7d5e-8b6f-2a3b4c5d6e7f';
export const PACK_ID = '0199a1c2-9a5d-7e6f-9c70-3b4c5d6e7f80';
export const TOKEN_ID = '0199a1c2-6d2a-7b3c-8e1f-0a1b2c3d4e5f';
export const REQUEST_ID = '0199a1c2-a1b2-7c3d-8e4f-5a6b7c8d9e0f';

export const NEW_RUN: CreateRunRequest = {
  name: 'payment-api build 1042',
  owner: 'team-payments',
  cost_estimate: 1.5,
  metadata: { commit: '4f2a9c1', pipeline: 'main' },
};

export const FINISHED_RUN: UpdateRunRequest = { status: 'succeeded', cost_actual: 1.42 };

export const NEW_ARTIFACT: CreateArtifactRequest = {
  run_id: RUN_ID,
  kind: 'sbom',
  path_or_uri: 's3://builds/1042/sbom.cdx.json',
  metadata_json: { slsa_provenance_present: true, risk_assessment_present: true },
};

export const NEW_PACK: CreateDisclosurePackRequest = {
  run_id: RUN_ID,
  summary: 'Evidence for release 1042',
  metadata: { audience: 'customer' },
};

export const NEW_TOKEN = {
  name: 'payment-api pipeline',
  roles: ['reporter'],
  owners: ['team-payments'],
};

/** Its holders have an hour for the change to the new text. */
export const ROTATION = { grace_seconds: 3_600 };

export const SBOM_TYPE = 'application/vnd.cyclonedx+json';

/** Content of the artifact: a CycloneDX SBOM. */
export const SBOM = {
  bomFormat: 'CycloneDX',
  specVersion: '1.6',
  version: 1,
  metadata: {
    timestamp: '2026-01-31T10:04:00Z',
    tools: { components: [{ type: 'application', name: 'syft', version: '1.33.0' }] },
    component: {
      type: 'application',
      'bom-ref': 'payment-api',
      name: 'payment-api',
      version: '2.4.1',
      purl: 'pkg:npm/payment-api@2.4.1',
    },
  },
  components: [
    {
      type: 'library',
      'bom-ref': 'fastify',
      name: 'fastify',
      version: '5.12.8',
      purl: 'pkg:npm/fastify@5.12.8',
      licenses: [{ license: { id: 'MIT' } }],
    },
  ],
  dependencies: [{ ref: 'payment-api', dependsOn: ['fastify'] }, { ref: 'fastify' }],
};

/** Its bytes, as the request sends them. */
export const SBOM_TEXT = JSON.stringify(SBOM, null, 2);
