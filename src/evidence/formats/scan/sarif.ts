// SARIF 2.1.0, the Static Analysis Results Interchange Format. Of earlier versions only as much as
// can be guessed.
import type { Subject, Tool } from '../../../domain/evidence/evidence-facts.ts';
import { field, listOf, objectOf, textOf } from '../../../json/fields.ts';
import type { Format, Note, ParsedDocument } from '../../reading.ts';
import { publishedSchema, schemaCheck } from '../schema-check.ts';
import { commitDigests, eachOnce } from '../stated-digests.ts';
import { countResults, hasResultsElsewhere, reliableRuns, sarifDisqualification } from './sarif-results.ts';

export const sarif: Format<'json'> = {
  shape: 'json',
  name: 'sarif',
  kind: 'static-analysis',
  fields: ['$schema', 'version', 'runs', 'results', 'level', 'kind', 'ruleId', 'ruleIndex', 'rule', 'rules', 'tool']
    .concat(['driver', 'extensions', 'toolComponent', 'id', 'index', 'guid', 'name', 'semanticVersion'])
    .concat(['defaultConfiguration', 'configuration', 'invocations', 'ruleConfigurationOverrides', 'descriptor'])
    .concat(['provenance', 'invocationIndex', 'executionSuccessful', 'versionControlProvenance', 'repositoryUri'])
    .concat(['revisionId', 'artifacts', 'location', 'locations', 'physicalLocation', 'artifactLocation', 'uri'])
    .concat(['originalUriBaseIds', 'externalPropertyFileReferences', 'inlineExternalProperties', 'runGuid'])
    .concat(['suppressions', 'status', 'baselineState', 'automationDetails', 'security-severity']),
  recognises: ({ value }) => isSarif(value),
  read: ({ value, text }, note) => {
    const version = textOf(value, 'version');
    if (version === '2.1.0') checkSarif(value, text.length, note);
    else noteVersion(version, note);
    const runs = listOf(value, 'runs');
    if (runs.length === 0) warn(note, 'no_runs', 'It has no run of a tool', '/runs');
    for (const [index, run] of runs.entries()) checkRun(run, `/runs/${index}`, note);
    const reliable = reliableRuns(value);
    const scan = scanIn(reliable);
    const disqualified = sarifDisqualification(value, reliable);
    return {
      kind: 'static-analysis',
      format: 'sarif',
      version,
      tool: scan?.tool ?? firstOf(runs, toolOf),
      subjects: eachOnce(subjectsOf(runs)),
      facts: {
        kind: 'static-analysis',
        ...(disqualified && { disqualified }),
        target: scan?.target ?? null,
        runs: runs.length,
        ...countResults(value),
        rules: runs.reduce<number>((sum, run) => sum + rulesOf(run), 0),
      },
    } satisfies ParsedDocument;
  },
};

const checkSarif = schemaCheck(() => publishedSchema('sarif-2.1.0-rtm.5.json'));

// Other documents also have a version and runs: the tool of a run, the schema or the version tells
// them apart.
function isSarif(value: unknown): boolean {
  const runs = field(value, 'runs');
  if (textOf(value, '$schema')?.includes('sarif')) return runs !== undefined;
  const version = textOf(value, 'version');
  if (version === null || !Array.isArray(runs)) return false;
  return /^(?:1\.0\.0|2\.\d+\.\d+)/.test(version) || runs.some((run) => objectOf(field(run, 'tool')) !== null);
}

function noteVersion(version: string | null, note: Note): void {
  const message = version === null ? 'It states no version of SARIF' : `SARIF ${version} is not known here`;
  note({ code: 'unknown_version', severity: 'error', message, pointer: '/version' });
}

function warn(note: Note, code: string, message: string, pointer: string): void {
  note({ code, severity: 'warning', message, pointer });
}

// Why an absence of results does not mean that nothing was found (sections 3.14.23, 3.14.2,
// 3.20.14).
function checkRun(run: unknown, pointer: string, note: Note): void {
  if (hasResultsElsewhere(run)) {
    const where = `${pointer}/externalPropertyFileReferences/results`;
    warn(note, 'external_results', 'Results lie in other files, which are not read', where);
  } else if (!Array.isArray(field(run, 'results'))) {
    warn(note, 'no_results', 'The run has no results, not even none: nothing was looked for', pointer);
  }
  listOf(run, 'invocations').forEach((invocation, index) => {
    if ([undefined, true].includes(field(invocation, 'executionSuccessful') as undefined)) return;
    warn(note, 'execution_failed', 'The tool says that it failed', `${pointer}/invocations/${index}`);
  });
}

function rulesOf(run: unknown): number {
  return [field(run, 'tool', 'driver'), ...listOf(run, 'tool', 'extensions')].reduce<number>(
    (sum, component) => sum + listOf(component, 'rules').length,
    0,
  );
}

// Before 2.1.0 a tool had no parts.
function toolOf(run: unknown): Tool | null {
  const tool = field(run, 'tool');
  const driver = objectOf(field(tool, 'driver')) ?? tool;
  const name = textOf(driver, 'name');
  if (name === null) return null;
  return { name, version: textOf(driver, 'version') ?? textOf(driver, 'semanticVersion') };
}

function* subjectsOf(runs: readonly unknown[]): Generator<Subject> {
  for (const run of runs) {
    for (const source of listOf(run, 'versionControlProvenance')) {
      const digests = commitDigests(textOf(source, 'revisionId'));
      const name = textOf(source, 'repositoryUri');
      if (name !== null || digests.gitCommit !== undefined) yield { name, digests };
    }
  }
}

function firstOf<T>(list: readonly unknown[], pick: (one: unknown) => T | null): T | null {
  for (const one of list) {
    const found = pick(one);
    if (found !== null) return found;
  }
  return null;
}

// The tool and the target of the same run: the tool of one run did not examine the target of
// another.
function scanIn(reliable: readonly unknown[]): { tool: Tool; target: string } | null {
  const scanOf = (targetOf: (run: unknown) => string | null) => (run: unknown) => {
    const [tool, target] = [toolOf(run), targetOf(run)];
    return tool === null || target === null ? null : { tool, target };
  };
  return (
    firstOf(reliable, scanOf(repositoryOf)) ?? firstOf(reliable, scanOf(fileOf)) ?? firstOf(reliable, scanOf(baseOf))
  );
}

function repositoryOf(run: unknown): string | null {
  return textOf(listOf(run, 'versionControlProvenance')[0], 'repositoryUri');
}

function fileOf(run: unknown): string | null {
  return (
    firstOf(listOf(run, 'artifacts'), (artifact) => textOf(artifact, 'location', 'uri')) ??
    firstOf(listOf(run, 'results'), (result) =>
      firstOf(listOf(result, 'locations'), (one) => textOf(one, 'physicalLocation', 'artifactLocation', 'uri')),
    )
  );
}

function baseOf(run: unknown): string | null {
  const bases = Object.values(objectOf(field(run, 'originalUriBaseIds')) ?? {});
  return firstOf(bases, (base) => textOf(base, 'uri'));
}
