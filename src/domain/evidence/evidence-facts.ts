// What is known of a document that was read, by its kind. Every number counts within the document alone.
import { z } from 'zod';

const count = (what: string, example = 12) => z.int().meta({ description: what, examples: [example] });
const words = (what: string, example: string) =>
  z
    .string()
    .nullable()
    .meta({ description: what, examples: [example] });
const counts = (what: string, example: Record<string, number>) =>
  z.record(z.string(), z.int()).meta({ description: what, examples: [example] });

const suppressed = (what: string) =>
  z
    .int()
    .optional()
    .meta({ description: `${what} Left out where there are none.`, examples: [2] });

/** Why a document that was read earns no flag. */
export const Disqualified = z
  .enum(['unknown_version', 'nothing_named', 'failed', 'result_unreadable'])
  .optional()
  .meta({
    description:
      'Why the document earns no flag although it was read: `unknown_version` of its format; `nothing_named`: no component has a name, or no statement a vulnerability; `failed`: what made it reports that it failed; `result_unreadable`: its result cannot be read. Left out where none applies. Words are added, never renamed.',
    examples: ['unknown_version'],
  });
export type Disqualified = NonNullable<z.infer<typeof Disqualified>>;

const DIGESTS = z.record(z.string(), z.string()).meta({
  description: 'Its digests as the document states them, by algorithm: `sha256`, `sha512`, `gitCommit` and so on.',
  examples: [{ sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08' }],
});

export const Subject = z
  .object({
    name: words('Its name in the document.', 'bundle.tgz'),
    digests: DIGESTS,
  })
  .meta({ id: 'EvidenceSubject', description: 'What a document is about, as it says itself.' });
export type Subject = z.infer<typeof Subject>;

export const Tool = z
  .object({
    name: z.string().meta({ description: 'Its name.', examples: ['syft'] }),
    version: words('Its version, or null where the document has none.', '1.33.0'),
  })
  .meta({ id: 'EvidenceTool', description: 'What made the document, as the document says.' });
export type Tool = z.infer<typeof Tool>;

const met = (what: string) => z.boolean().meta({ description: what, examples: [true] });

export const SbomFacts = z
  .object({
    kind: z.literal('sbom').meta({ description: 'The kind of the document.', examples: ['sbom'] }),
    disqualified: Disqualified,
    components: count('Components, nested ones too; the subject itself is not counted, wherever it is listed.', 214),
    with_purl: count('Those with a package URL; a text that is not one does not count.', 214),
    with_version: count('Those with a version.', 214),
    with_licence: count('Those with a licence.', 201),
    with_hash: count('Those with a hash.', 180),
    with_supplier: count('Those with a supplier, manufacturer, publisher or author.', 0),
    relationships: count('Relationships, or edges of the dependency graph.', 310),
    created: words('When it was made, as it says.', '2026-01-31T10:05:00Z'),
    author: z
      .string()
      .nullable()
      .optional()
      .meta({
        description:
          'Who made the SBOM: the first person or organisation that it names. Null where it names none, even if it names the tool that wrote it, which is `tool` of the evidence. Left out by older readers.',
        examples: ['Acme Platform Team'],
      }),
    subject: z
      .object({
        name: words('Its name.', 'payment-api'),
        version: words('Its version.', '2.4.1'),
        purl: words('Its package URL.', 'pkg:npm/payment-api@2.4.1'),
        digests: DIGESTS,
      })
      .nullable()
      .meta({
        description: 'What the SBOM describes, or null where it does not say or describes several things.',
        examples: [
          {
            name: 'payment-api',
            version: '2.4.1',
            purl: 'pkg:npm/payment-api@2.4.1',
            digests: {},
          },
        ],
      }),
    ntia: z
      .object({
        supplier_name: met('Every component names its supplier.'),
        component_name: met('Every component has a name.'),
        version: met('Every component has a version.'),
        unique_identifier: met('Every component has a package URL, CPE, SWID or another identifier.'),
        dependency_relationship: met('It states that one component depends on another or contains it.'),
        author: met('It names who made it: a person or an organisation. A tool alone does not meet it.'),
        timestamp: met('It says when it was made.'),
      })
      .meta({
        description: 'The minimum elements of an SBOM (NTIA, July 2021), each met or not.',
        examples: [
          {
            supplier_name: false,
            component_name: true,
            version: true,
            unique_identifier: true,
            dependency_relationship: true,
            author: true,
            timestamp: true,
          },
        ],
      }),
    licences: counts(
      'How many components state each licence: SPDX ids and expressions, at most 200; the rest is `others`.',
      {
        MIT: 160,
        'Apache-2.0': 24,
      },
    ),
  })
  .meta({ id: 'SbomFacts', description: 'What an SBOM holds.' });

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
        uri: words('Where the source lies.', 'git+https://github.com/acme/payment-api'),
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
    subjects: count('Subjects in all.', 1),
    materials: count('Materials, or resolved dependencies.', 3),
    parameters: z.unknown().meta({
      description: 'The external parameters of the build, where they are at most 8 KiB of JSON; else null.',
      examples: [{}],
    }),
  })
  .meta({ id: 'ProvenanceFacts', description: 'How something was built.' });

export const VsaFacts = z
  .object({
    kind: z.literal('vsa').meta({ description: 'The kind of the document.', examples: ['vsa'] }),
    verifier_id: words('Who verified.', 'https://bcid.corp.google.com/verifier/bcid_package_enforcer/v0.1'),
    time_verified: words('When, as it says.', '2026-01-31T10:05:00Z'),
    resource_uri: words('What was verified.', 'gce_image://gke-node-images:gke-12615'),
    policy_uri: words('By which policy.', 'googlefile:/google_src/bcid/gke.txtpb'),
    result: words('`PASSED`, `FAILED`, or what else it says.', 'PASSED'),
    levels: z
      .array(z.string())
      .meta({ description: 'The levels that were verified, at most 100.', examples: [['SLSA_BUILD_LEVEL_3']] }),
    slsa_version: words('The version of SLSA.', '1.0'),
  })
  .meta({ id: 'VsaFacts', description: 'A verification summary (SLSA VSA).' });

export const VexFacts = z
  .object({
    kind: z.literal('vex').meta({ description: 'The kind of the document.', examples: ['vex'] }),
    disqualified: Disqualified,
    statements: count('Statements.', 2),
    by_status: counts('Statements by status. One of several products under different statuses counts for each.', {
      not_affected: 1,
      fixed: 1,
    }),
    author: words('Who says so.', 'Acme Security'),
    created: words('When it was made, as it says.', '2026-01-31T10:05:00Z'),
  })
  .meta({ id: 'VexFacts', description: 'Which vulnerabilities affect a product (VEX).' });

export const AdvisoryFacts = z
  .object({
    kind: z.literal('advisory').meta({ description: 'The kind of the document.', examples: ['advisory'] }),
    category: words('The category of the document.', 'csaf_security_advisory'),
    title: words('Its title.', 'Buffer overflow in libfoo'),
    publisher: words('Who publishes it.', 'Acme Security'),
    vulnerabilities: count('Vulnerabilities.', 1),
    created: words('When it was released, as it says.', '2026-01-31T10:05:00Z'),
  })
  .meta({ id: 'AdvisoryFacts', description: 'A security advisory (CSAF).' });

export const VulnerabilityFacts = z
  .object({
    kind: z.literal('vuln-report').meta({ description: 'The kind of the document.', examples: ['vuln-report'] }),
    disqualified: Disqualified,
    target: words('What was scanned.', 'registry.example/payment-api:2.4.1'),
    vulnerabilities: z
      .int()
      .nullable()
      .meta({
        description:
          'Vulnerabilities found, each once for every package that it was found in; null where the result cannot be read.',
        examples: [7],
      }),
    by_severity: counts('The same by severity: `critical`, `high`, `medium`, `low`, `negligible`, `unknown`.', {
      high: 2,
      medium: 5,
    }),
    fixable: count('Those for which a fixed version is known.', 4),
    suppressed: suppressed(
      'Vulnerabilities that were found and then left out by a rule of the user or by VEX: they are not among `vulnerabilities`.',
    ),
    created: words('When it was made, as it says.', '2026-01-31T10:05:00Z'),
  })
  .meta({ id: 'VulnerabilityFacts', description: 'What a vulnerability scan found.' });

export const StaticAnalysisFacts = z
  .object({
    kind: z
      .literal('static-analysis')
      .meta({ description: 'The kind of the document.', examples: ['static-analysis'] }),
    disqualified: Disqualified,
    target: words(
      'What was analysed, by a run that names its tool and did not fail: the repository, or else the first file or folder named.',
      'https://github.com/acme/app',
    ),
    runs: count('Runs of tools.', 1),
    results: count('Results that stand: neither suppressed nor absent.', 9),
    by_level: counts('The same by level: `error`, `warning`, `note`, `none`.', { warning: 8, error: 1 }),
    suppressed: suppressed('Results that are suppressed, by an accepted suppression.'),
    absent: z
      .int()
      .optional()
      .meta({
        description: 'Results of an earlier run that this one did not find any more. Left out where there are none.',
        examples: [3],
      }),
    rules: count('Rules of the tools.', 60),
  })
  .meta({ id: 'StaticAnalysisFacts', description: 'What static analysis found (SARIF).' });

export const ScorecardFacts = z
  .object({
    kind: z.literal('scorecard').meta({ description: 'The kind of the document.', examples: ['scorecard'] }),
    disqualified: Disqualified,
    repository: words('The repository judged.', 'github.com/acme/payment-api'),
    commit: words('Its commit.', 'a2b6c9ef0e9d4b1f8a7c6d5e4f3a2b1c0d9e8f7a'),
    score: z
      .number()
      .nullable()
      .meta({ description: 'The score, 0 to 10; null where there is none.', examples: [7.4] }),
    checks: z
      .array(
        z.object({
          name: z.string().meta({ description: 'Its name.', examples: ['Code-Review'] }),
          score: z
            .number()
            .nullable()
            .meta({ description: 'Its score, 0 to 10; -1 or null where it came to none.', examples: [10] }),
        }),
      )
      .meta({ description: 'The checks, at most 100.', examples: [[{ name: 'Code-Review', score: 10 }]] }),
    created: words('When it was made, as it says.', '2026-01-31'),
  })
  .meta({ id: 'ScorecardFacts', description: 'An OpenSSF Scorecard.' });

export const TestReportFacts = z
  .object({
    kind: z.literal('test-report').meta({ description: 'The kind of the document.', examples: ['test-report'] }),
    suites: count('Test suites.', 3),
    tests: count('Test cases.', 120),
    passed: count('Those that passed.', 118),
    failed: count('Those that failed.', 1),
    errors: count('Those that ended in an error.', 0),
    skipped: count('Those that were not run.', 1),
    warned: z
      .int()
      .optional()
      .meta({
        description:
          'Those that a test runner reports as risky or with a warning, which have neither passed nor failed. Left out where there are none.',
        examples: [2],
      }),
    duration_seconds: z
      .number()
      .nullable()
      .meta({ description: 'How long they took, in seconds; null where it does not say.', examples: [12.4] }),
  })
  .meta({ id: 'TestReportFacts', description: 'What tests came to (JUnit XML).' });

export const AttestationFacts = z
  .object({
    kind: z.literal('attestation').meta({ description: 'The kind of the document.', examples: ['attestation'] }),
    predicate_type: words(
      'The type of its predicate, or the payload type where there is none.',
      'https://example.com/reviewed/v1',
    ),
    subjects: count('Subjects in all.', 1),
    statements: count('Statements in all.', 1),
    predicate: z
      .discriminatedUnion('kind', [SbomFacts, VexFacts, VulnerabilityFacts, TestReportFacts])
      .nullable()
      .meta({
        description: 'What the predicate holds, where it is an SBOM, a VEX, a scan or a test report; else null.',
        examples: [null],
      }),
  })
  .meta({ id: 'AttestationFacts', description: 'A statement about something, of another kind than the rest.' });

export const SignatureFacts = z
  .object({
    kind: z.literal('signature').meta({ description: 'The kind of the document.', examples: ['signature'] }),
    keyless: z
      .boolean()
      .nullable()
      .meta({
        description: 'Whether it comes with a certificate rather than the name of a key; null where it says neither.',
        examples: [true],
      }),
  })
  .meta({ id: 'SignatureFacts', description: 'A signature over bytes.' });

export const OpaqueFacts = z
  .object({
    kind: z.literal('opaque').meta({ description: 'The kind of the document.', examples: ['opaque'] }),
    media_type: z.string().meta({ description: 'What it seems to be, by its content.', examples: ['application/pdf'] }),
    size: count('How many bytes.', 52_114),
    digests: DIGESTS,
  })
  .meta({ id: 'OpaqueFacts', description: 'Bytes that no reader knows.' });

export const EvidenceFacts = z
  .discriminatedUnion('kind', [
    SbomFacts,
    ProvenanceFacts,
    VsaFacts,
    VexFacts,
    AdvisoryFacts,
    VulnerabilityFacts,
    StaticAnalysisFacts,
    ScorecardFacts,
    TestReportFacts,
    AttestationFacts,
    SignatureFacts,
    OpaqueFacts,
  ])
  .meta({ id: 'EvidenceFacts', description: 'What is known of a document, by its kind.' });
export type EvidenceFacts = z.infer<typeof EvidenceFacts>;

/** The facts of one kind. */
export type FactsOf<Kind extends EvidenceFacts['kind']> = Extract<EvidenceFacts, { kind: Kind }>;

export const EvidenceFinding = z
  .object({
    code: z
      .string()
      .meta({ description: 'What it is, for programs. Codes are added, never renamed.', examples: ['schema'] }),
    severity: z.enum(['error', 'warning']).meta({
      description: '`error` where the document breaks its specification, `warning` for what should be looked at.',
      examples: ['error'],
    }),
    message: z
      .string()
      .meta({ description: 'What was found, in words.', examples: ["must have required property 'name'"] }),
    pointer: z
      .string()
      .nullable()
      .meta({
        description:
          'Where: a JSON Pointer (RFC 6901), or the path of an element or the line of a text; null for all of it.',
        examples: ['/components/3'],
      }),
  })
  .meta({ id: 'EvidenceFinding', description: 'Something in a document that is not as its specification asks.' });
export type EvidenceFinding = z.infer<typeof EvidenceFinding>;

export const EvidenceKind = z
  .enum([
    'sbom',
    'provenance',
    'vsa',
    'vex',
    'advisory',
    'vuln-report',
    'static-analysis',
    'scorecard',
    'test-report',
    'attestation',
    'signature',
    'opaque',
  ])
  .meta({ id: 'EvidenceKind', description: 'What a document is, by its content.', examples: ['sbom'] });
export type EvidenceKind = z.infer<typeof EvidenceKind>;
