// Grype, the JSON of `grype --output json`. The version is that of the tool: the format has none.
import type { Subject } from '../../../domain/evidence/evidence-facts.ts';
import { field, listOf, objectOf, textOf } from '../../../json/fields.ts';
import type { Format, Note, ParsedDocument } from '../../reading.ts';
import { imageSubjects } from '../stated-digests.ts';
import { ERROR_FIELDS, type Found, outcomeOf, severityOf, statesError } from './vulnerability-tally.ts';

export const grypeJson: Format<'json'> = {
  shape: 'json',
  name: 'grype-json',
  kind: 'vuln-report',
  fields: ['matches', 'vulnerability', 'id', 'severity', 'fix', 'state', 'artifact', 'source', 'type', 'target']
    .concat(['userInput', 'imageID', 'manifestDigest', 'repoDigests', 'path', 'name', 'descriptor', 'version'])
    .concat(['timestamp', 'ignoredMatches', ...ERROR_FIELDS]),
  recognises: ({ value }) => {
    const name = field(value, 'descriptor', 'name');
    const [matches, source] = [field(value, 'matches'), field(value, 'source')];
    if (name === 'grype') return matches !== undefined || source !== undefined;
    // Grype 0.69 and programs that embed it write an empty name.
    return name === '' && matches !== undefined && objectOf(source) !== null;
  },
  read: ({ value }, note) => {
    check(value, note);
    const version = textOf(value, 'descriptor', 'version');
    const target = targetOf(value);
    const matches = field(value, 'matches');
    return {
      kind: 'vuln-report',
      format: 'grype-json',
      version,
      tool: { name: 'grype', version },
      subjects: subjectsOf(value, target),
      facts: {
        kind: 'vuln-report',
        target,
        ...outcomeOf(Array.isArray(matches) ? matches.map(vulnerabilityOf) : null, {
          failed: statesError(value),
          suppressed: listOf(value, 'ignoredMatches').length,
        }),
        created: textOf(value, 'descriptor', 'timestamp'),
      },
    } satisfies ParsedDocument;
  },
};

function check(value: unknown, note: Note): void {
  const report = (message: string, pointer: string) => note({ code: 'schema', severity: 'error', message, pointer });
  if (!Array.isArray(field(value, 'matches'))) report('must be array', '/matches');
  listOf(value, 'matches').forEach((match, index) => {
    if (textOf(match, 'vulnerability', 'id') === null) report('must name a vulnerability', `/matches/${index}`);
    if (objectOf(field(match, 'artifact')) === null) report('must have an artifact', `/matches/${index}`);
  });
}

function vulnerabilityOf(match: unknown): Found {
  return {
    named: textOf(match, 'vulnerability', 'id') !== null,
    severity: severityOf(textOf(match, 'vulnerability', 'severity')),
    fixable: field(match, 'vulnerability', 'fix', 'state') === 'fixed',
  };
}

// A directory is only its path; an image, a file or an SBOM has more.
function targetOf(value: unknown): string | null {
  const target = field(value, 'source', 'target');
  if (textOf(value, 'source', 'type') === 'unknown') return null;
  if (typeof target === 'string') return target || null;
  return textOf(target, 'userInput') ?? textOf(target, 'path') ?? textOf(target, 'name');
}

// An image is identified by its manifest, its configuration and its names in registries. Its layers
// are in other images, too.
function subjectsOf(value: unknown, target: string | null): Subject[] {
  const image = field(value, 'source', 'target');
  const stated = [field(image, 'manifestDigest'), field(image, 'imageID'), ...listOf(image, 'repoDigests')];
  return imageSubjects(target, stated);
}
