// What a producer says of vulnerabilities: VEX and advisories.
import { z } from 'zod';
import { count, counts, Disqualified, words } from './fact-fields.ts';

export const VexFacts = z
  .object({
    kind: z.literal('vex').meta({ description: 'The kind of the document.', examples: ['vex'] }),
    disqualified: Disqualified,
    statements: count('Statements.', 2),
    by_status: counts(
      'Statements by status. A statement about several products with different statuses counts once for each status.',
      {
        not_affected: 1,
        fixed: 1,
      },
    ),
    author: words('The author of the statements.', 'Acme Security'),
    created: words('When it was made, as the document states.', '2026-01-31T10:05:00Z'),
  })
  .meta({ id: 'VexFacts', description: 'Which vulnerabilities affect a product (VEX).' });

export const AdvisoryFacts = z
  .object({
    kind: z.literal('advisory').meta({ description: 'The kind of the document.', examples: ['advisory'] }),
    category: words('The category of the document.', 'csaf_security_advisory'),
    title: words('Its title.', 'Buffer overflow in libfoo'),
    publisher: words('Who publishes it.', 'Acme Security'),
    vulnerabilities: count('Vulnerabilities.', 1),
    created: words('When it was released, as the document states.', '2026-01-31T10:05:00Z'),
  })
  .meta({ id: 'AdvisoryFacts', description: 'A security advisory (CSAF).' });
