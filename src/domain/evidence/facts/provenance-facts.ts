// How something was built, and who verified that.
import { z } from 'zod';
import { count, Disqualified, words } from './fact-fields.ts';

export const ProvenanceFacts = z
  .object({
    kind: z.literal('provenance').meta({ description: 'The kind of the document.', examples: ['provenance'] }),
    disqualified: Disqualified,
    predicate_type: words('The type of its predicate.', 'https://slsa.dev/provenance/v1'),
    slsa: z.boolean().meta({ description: 'Whether the predicate is SLSA provenance.', examples: [true] }),
    builder_id: words('Who built it (`builder.id`).', 'https://github.com/actions/runner/github-hosted'),
    build_type: words('How it was built.', 'https://actions.github.io/buildtypes/workflow/v1'),
    source: z
      .object({
        uri: words('Where the source is.', 'git+https://github.com/acme/payment-api'),
        ref: words('Its branch or tag.', 'refs/heads/main'),
        commit: words('Its commit.', 'a2b6c9ef0e9d4b1f8a7c6d5e4f3a2b1c0d9e8f7a'),
      })
      .meta({
        description: 'The source that was built.',
        examples: [
          {
            uri: 'git+https://github.com/acme/payment-api',
            ref: 'refs/heads/main',
            commit: 'a2b6c9ef0e9d4b1f8a7c6d5e4f3a2b1c0d9e8f7a',
          },
        ],
      }),
    invocation_id: words('The build that made it.', 'https://github.com/acme/payment-api/actions/runs/42/attempts/1'),
    subjects: count('The number of subjects.', 1),
    materials: count('Materials, or resolved dependencies.', 3),
    parameters: z.unknown().meta({
      description: 'The external parameters of the build, if they take at most 8 KiB as JSON; else null.',
      examples: [{}],
    }),
  })
  .meta({ id: 'ProvenanceFacts', description: 'How something was built.' });

export const VsaFacts = z
  .object({
    kind: z.literal('vsa').meta({ description: 'The kind of the document.', examples: ['vsa'] }),
    verifier_id: words('Who verified it.', 'https://bcid.corp.google.com/verifier/bcid_package_enforcer/v0.1'),
    time_verified: words('When it was verified, as the document states.', '2026-01-31T10:05:00Z'),
    resource_uri: words('What was verified.', 'gce_image://gke-node-images:gke-12615'),
    policy_uri: words('The policy that it was verified against.', 'googlefile:/google_src/bcid/gke.txtpb'),
    result: words('`PASSED`, `FAILED`, or any other result that it states.', 'PASSED'),
    levels: z
      .array(z.string())
      .meta({ description: 'The levels that were verified, at most 100.', examples: [['SLSA_BUILD_LEVEL_3']] }),
    slsa_version: words('The version of SLSA.', '1.0'),
  })
  .meta({ id: 'VsaFacts', description: 'A verification summary (SLSA VSA).' });
