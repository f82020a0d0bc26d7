import { z } from 'zod';
import { count, counts, Disqualified, STATED_DIGESTS, words } from './fact-fields.ts';

const met = (what: string) => z.boolean().meta({ description: what, examples: [true] });

export const SbomFacts = z
  .object({
    kind: z.literal('sbom').meta({ description: 'The kind of the document.', examples: ['sbom'] }),
    disqualified: Disqualified,
    components: count(
      'Components, including nested ones. The subject itself is not counted, wherever it is listed.',
      214,
    ),
    with_purl: count('Components with a package URL; a text that is not one does not count.', 214),
    with_version: count('Components with a version.', 214),
    with_licence: count('Components with a licence.', 201),
    with_hash: count('Components with a hash.', 180),
    with_supplier: count('Components with a supplier, manufacturer, publisher or author.', 0),
    relationships: count('Relationships, or edges of the dependency graph.', 310),
    created: words('When it was made, as the document states.', '2026-01-31T10:05:00Z'),
    author: z
      .string()
      .nullable()
      .optional()
      .meta({
        description:
          'Who made the SBOM: the first person or organisation that it names. Null if it names none, even if ' +
          'it names the tool that wrote it: that is `tool` of the evidence. Left out by older readers.',
        examples: ['Acme Platform Team'],
      }),
    subject: z
      .object({
        name: words('Its name.', 'payment-api'),
        version: words('Its version.', '2.4.1'),
        purl: words('Its package URL.', 'pkg:npm/payment-api@2.4.1'),
        digests: STATED_DIGESTS,
      })
      .nullable()
      .meta({
        description: 'What the SBOM describes; null if it does not say, or describes several things.',
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
  .meta({ id: 'SbomFacts', description: 'What an SBOM contains.' });
export type SbomFacts = z.infer<typeof SbomFacts>;
