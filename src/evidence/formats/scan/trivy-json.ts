// Trivy, the JSON of `trivy --format json`, schema version 2.
import type { Subject } from '../../../domain/evidence/evidence-facts.ts';
import { field, listOf, objectOf, textOf } from '../../../json/fields.ts';
import type { Format, Note, ParsedDocument } from '../../reading.ts';
import { Unreadable } from '../../unreadable.ts';
import { commitDigests, imageSubjects } from '../stated-digests.ts';
import { ERROR_FIELDS, type Found, outcomeOf, severityOf, statesError } from './vulnerability-tally.ts';

export const trivyJson: Format<'json'> = {
  shape: 'json',
  name: 'trivy-json',
  kind: 'vuln-report',
  fields: ['SchemaVersion', 'Trivy', 'Version', 'CreatedAt', 'ArtifactName', 'ArtifactType', 'Metadata', 'ImageID']
    .concat(['RepoDigests', 'RepoURL', 'Commit', 'Results', 'Class', 'Vulnerabilities', 'VulnerabilityID'])
    .concat(['Severity', 'FixedVersion', 'ExperimentalModifiedFindings', 'Type', ...ERROR_FIELDS]),
  recognises: ({ value }) =>
    field(value, 'SchemaVersion') !== undefined &&
    typeof field(value, 'ArtifactName') === 'string' &&
    ['Results', 'ArtifactType', 'Metadata'].some((key) => field(value, key) !== undefined),
  read: ({ value }, note) => {
    const stated = field(value, 'SchemaVersion');
    const version = typeof stated === 'number' || typeof stated === 'string' ? String(stated) : null;
    if (stated !== 2) noteVersion(version, note);
    const results = field(value, 'Results');
    if (results !== undefined && results !== null && !Array.isArray(results)) throw noResults(version);
    check(value, note);
    const target = textOf(value, 'ArtifactName');
    return {
      kind: 'vuln-report',
      format: 'trivy-json',
      version,
      tool: { name: 'trivy', version: textOf(value, 'Trivy', 'Version') },
      subjects: subjectsOf(value, target),
      facts: {
        kind: 'vuln-report',
        target,
        ...outcomeOf(vulnerabilitiesOf(results), {
          failed: statesError(value),
          unknownVersion: stated !== 2,
          suppressed: suppressedIn(listOf(value, 'Results')),
        }),
        created: textOf(value, 'CreatedAt'),
      },
    } satisfies ParsedDocument;
  },
};

// Findings that cannot be read are not the same as no findings.
function noResults(version: string | null): Unreadable {
  const known = { kind: 'vuln-report', format: 'trivy-json', version } as const;
  return new Unreadable('results_malformed', 'Its `Results` are no list', known);
}

function noteVersion(version: string | null, note: Note): void {
  const message = `Version ${version} of Trivy's JSON is not known here`;
  note({ code: 'unknown_version', severity: 'error', message, pointer: '/SchemaVersion' });
}

// An empty list is omitted, and Go writes null for it.
const isList = (list: unknown) => list === undefined || list === null || Array.isArray(list);

function check(value: unknown, note: Note): void {
  const report = (message: string, pointer: string) => note({ code: 'schema', severity: 'error', message, pointer });
  listOf(value, 'Results').forEach((result, index) => {
    const pointer = `/Results/${index}`;
    if (objectOf(result) === null) report('must be object', pointer);
    if (!isList(field(result, 'Vulnerabilities'))) report('must be array', `${pointer}/Vulnerabilities`);
    listOf(result, 'Vulnerabilities').forEach((one, at) => {
      if (textOf(one, 'VulnerabilityID') === null)
        report('must have a VulnerabilityID', `${pointer}/Vulnerabilities/${at}`);
    });
  });
  if (!listOf(value, 'Results').some(soughtVulnerabilities)) {
    const message = 'It names nothing that was searched for vulnerabilities';
    note({ code: 'no_vulnerability_scan', severity: 'warning', message, pointer: '/Results' });
  }
}

// The other classes of results are about secrets, licences and configuration.
function soughtVulnerabilities(result: unknown): boolean {
  return (
    ['os-pkgs', 'lang-pkgs'].includes(textOf(result, 'Class') ?? '') || listOf(result, 'Vulnerabilities').length > 0
  );
}

// Trivy omits empty results; null is not written by Trivy.
function vulnerabilitiesOf(results: unknown): Found[] | null {
  if (results === undefined) return [];
  if (!Array.isArray(results)) return null;
  const isReadable = (result: unknown) => objectOf(result) !== null && isList(field(result, 'Vulnerabilities'));
  if (!results.every(isReadable)) return null;
  return results.flatMap((result) => listOf(result, 'Vulnerabilities')).map(vulnerabilityOf);
}

function vulnerabilityOf(one: unknown): Found {
  return {
    severity: severityOf(textOf(one, 'Severity')),
    fixable: textOf(one, 'FixedVersion') !== null,
    named: textOf(one, 'VulnerabilityID') !== null,
  };
}

// What an ignore file or a VEX removed from the results (`--show-suppressed`).
function suppressedIn(results: readonly unknown[]): number {
  const modified = results.flatMap((result) => listOf(result, 'ExperimentalModifiedFindings'));
  return modified.filter((one) => field(one, 'Type') === 'vulnerability').length;
}

function subjectsOf(value: unknown, target: string | null): Subject[] {
  const metadata = field(value, 'Metadata');
  const source = commitDigests(textOf(metadata, 'Commit'));
  if (source.gitCommit !== undefined) return [{ name: textOf(metadata, 'RepoURL') ?? target, digests: source }];
  return imageSubjects(target, [field(metadata, 'ImageID'), ...listOf(metadata, 'RepoDigests')]);
}
