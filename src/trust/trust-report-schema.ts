// How the trust policy is shown to callers: names, digests and patterns, never the keys themselves.
import { z } from 'zod';
import { utcTimestamp } from '../domain/bounds.ts';
import { LEVELS } from '../domain/gate/flag.ts';
import { VOUCHES } from './vouching.ts';

/**
 * How many documents are counted that must be verified again: an exact number beyond it helps
 * nobody.
 */
export const MAX_STALE_COUNTED = 10_000;

const DIGEST_EXAMPLE = '5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef';
const SUBJECT_EXAMPLE = 'https://github.com/acme/payment-api/.github/workflows/release.yml@refs/heads/main';

const name = (what: string, example: string) => z.string().meta({ description: what, examples: [example] });
const names = (what: string, example: string[]) => z.array(z.string()).meta({ description: what, examples: [example] });
const digest = (what: string) =>
  z.string().meta({
    description: `SHA-256 of ${what}, as hexadecimal digits.`,
    examples: [DIGEST_EXAMPLE],
  });
const count = (what: string, example: number) => z.int().meta({ description: what, examples: [example] });
const types = z
  .array(z.string())
  .nullable()
  .meta({
    description: 'The predicate types that it may sign; null for all that are read.',
    examples: [['https://slsa.dev/provenance/v1']],
  });

const vouches = z.array(z.enum(VOUCHES)).meta({
  description: 'The kinds of flags that its statements may earn.',
  examples: [['provenance']],
});
const triggers = z
  .array(z.string())
  .nullable()
  .meta({
    description:
      'The events that may have started the builds that it signs; null for events that only people who may ' +
      'write to the repository can cause.',
    examples: [null],
  });

export const TrustReport = z
  .object({
    trust_digest: digest('the whole trust policy'),
    loaded_at: utcTimestamp().meta({
      description: 'When the trust policy was loaded.',
      examples: ['2026-01-31T10:00:00.000Z'],
    }),
    last_error: z
      .string()
      .nullable()
      .meta({
        description:
          'Why the last reload of the trust file failed, so that the previous trust policy stays in force; else null.',
        examples: [null],
      }),
    warnings: z.array(z.string()).meta({
      description:
        'The restrictions that the trust file should state and does not; empty if it begins with `version: 2`.',
      examples: [[]],
    }),
    gate_minimum_level: z.enum(LEVELS).meta({
      description: 'The lowest level at which a flag counts for the gate.',
      examples: ['verified'],
    }),
    key_threshold: count('How many keys must have signed a DSSE envelope.', 1),
    roots: z
      .array(
        z.object({
          name: name('Its name.', 'public-good'),
          digest: digest('its JSON'),
          certificate_authorities: count('Certificate authorities.', 2),
          transparency_logs: count('Transparency logs.', 2),
          certificate_logs: count('Certificate logs.', 2),
          timestamp_authorities: count('Timestamp authorities.', 1),
        }),
      )
      .meta({
        description: 'Roots of Sigstore instances.',
        examples: [
          [
            {
              name: 'public-good',
              digest: DIGEST_EXAMPLE,
              certificate_authorities: 2,
              transparency_logs: 2,
              certificate_logs: 2,
              timestamp_authorities: 1,
            },
          ],
        ],
      }),
    keys: z
      .array(
        z.object({
          name: name('Its name.', 'release-2026'),
          digest: digest('the public key (SPKI, DER)'),
          type: name('`ec`, `ed25519` or `rsa`.', 'ec'),
          algorithms: z
            .array(z.string())
            .nullable()
            .meta({
              description: 'The algorithms that its signatures may use; null for those that are usual for its type.',
              examples: [null],
            }),
          valid_from: utcTimestamp().meta({
            description: 'When its validity starts.',
            examples: ['2026-01-01T00:00:00.000Z'],
          }),
          valid_until: utcTimestamp()
            .nullable()
            .meta({
              description: 'When its validity ends; null if it never expires.',
              examples: ['2027-01-01T00:00:00.000Z'],
            }),
          predicate_types: types,
          vouches_for: vouches,
          triggers,
        }),
      )
      .meta({
        description: 'Public keys.',
        examples: [
          [
            {
              name: 'release-2026',
              digest: DIGEST_EXAMPLE,
              type: 'ec',
              algorithms: null,
              valid_from: '2026-01-01T00:00:00.000Z',
              valid_until: null,
              predicate_types: null,
              vouches_for: ['provenance'],
              triggers: null,
            },
          ],
        ],
      }),
    identities: z
      .array(
        z.object({
          name: name('Its name.', 'acme-release'),
          root: name('The root that its certificates chain to.', 'public-good'),
          issuer: name('Who vouches for the identity (OpenID Connect).', 'https://token.actions.githubusercontent.com'),
          subject: name('The subject of its certificates, or a pattern for it.', SUBJECT_EXAMPLE),
          predicate_types: types,
          vouches_for: vouches,
          triggers,
        }),
      )
      .meta({
        description: 'Whose certificates are trusted.',
        examples: [
          [
            {
              name: 'acme-release',
              root: 'public-good',
              issuer: 'https://token.actions.githubusercontent.com',
              subject: SUBJECT_EXAMPLE,
              predicate_types: null,
              vouches_for: ['provenance'],
              triggers: null,
            },
          ],
        ],
      }),
    builders: z
      .array(
        z.object({
          id: name('Its id, or a pattern for it.', 'https://github.com/actions/runner/github-hosted'),
          identities: names('The identities that may sign for it.', ['acme-release']),
          keys: names('The keys that may sign for it.', []),
          delegated: z.boolean().meta({
            description: 'Whether they may sign for it even if their certificate does not name it.',
            examples: [false],
          }),
          any_parameters: z.boolean().meta({
            description:
              'Whether its provenance may have inline build steps, and parameters that its build type does not define.',
            examples: [false],
          }),
          any_runner: z.boolean().meta({
            description: "Whether the short id of GitHub's runner may stand for a self-hosted runner.",
            examples: [false],
          }),
        }),
      )
      .meta({
        description: 'Builders that provenance may name.',
        examples: [
          [
            {
              id: 'https://github.com/actions/runner/github-hosted',
              identities: ['acme-release'],
              keys: [],
              delegated: false,
              any_parameters: false,
              any_runner: false,
            },
          ],
        ],
      }),
    sources: z
      .array(
        z.object({
          repository: name('The repository, or a pattern for it.', 'https://github.com/acme/payment-api'),
          refs: z
            .array(z.string())
            .nullable()
            .meta({ description: 'Its refs; null for every branch and tag.', examples: [['refs/heads/main']] }),
        }),
      )
      .meta({
        description: 'Sources that provenance may name.',
        examples: [[{ repository: 'https://github.com/acme/payment-api', refs: ['refs/heads/main'] }]],
      }),
    verifying_again: z
      .object({
        stale: count(
          'Documents that are waiting to be read or verified again: those that an older version of Maestro ' +
            'read, which do not count, and those that were verified under another trust policy, which do not ' +
            `count as verified. Counted up to ${MAX_STALE_COUNTED}.`,
          0,
        ),
        done: count('Documents that this process has read or verified again since the trust policy was loaded.', 120),
        running: z.boolean().meta({
          description: 'Whether this process is reading or verifying documents again now.',
          examples: [false],
        }),
      })
      .meta({
        description: 'The progress of reading and verifying documents again.',
        examples: [{ stale: 0, done: 120, running: false }],
      }),
  })
  .meta({ id: 'TrustReport', description: 'The trust policy, and how far it is in force.' });
export type TrustReport = z.infer<typeof TrustReport>;
