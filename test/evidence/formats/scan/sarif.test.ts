import { describe, expect, test } from 'vitest';
import { readDocument } from '../../../../src/evidence/read.ts';

const COMMIT = '12ab'.repeat(10);
const read = (value: unknown) => readDocument(Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)));
const result = (more: object = {}) => ({ message: { text: 'Do not.' }, ...more });
const run = (more: object = {}) => ({ tool: { driver: { name: 'Scanner', version: '1.2' } }, results: [], ...more });
const sarif = (...runs: unknown[]) => ({ version: '2.1.0', runs });
const codes = (reading: Awaited<ReturnType<typeof read>>) => reading.findings.map(({ code }) => code);

describe('the scan of a SARIF', () => {
  const at = (uri: string) => ({ versionControlProvenance: [{ repositoryUri: uri }] });
  const failed = { invocations: [{ executionSuccessful: false }] };

  test('has its tool and its target from one run, which did not fail', async () => {
    const other = { tool: { driver: { name: 'other' } }, ...at('https://other.example') };
    const reading = await read(sarif(run({ ...at('https://one.example'), ...failed }), run(other)));
    expect(reading).toMatchObject({ tool: { name: 'other' }, facts: { target: 'https://other.example' } });
  });

  test('has no target where its only run failed, or the run with a target has no tool', async () => {
    expect((await read(sarif(run({ ...at('https://one.example'), ...failed })))).facts).toMatchObject({ target: null });
    const nameless = run({ tool: {}, ...at('https://one.example') });
    expect((await read(sarif(nameless, run({})))).facts).toMatchObject({ target: null });
  });
});

describe('SARIF', () => {
  test('is read with its results by level, its rules and its tool', async () => {
    const rules = [{ id: 'A1', defaultConfiguration: { level: 'error' } }, { id: 'A2' }];
    const tool = {
      driver: { name: 'Scanner', semanticVersion: '3.0.0', rules },
      extensions: [{ name: 'x', rules: [{ id: 'X' }] }],
    };
    const results = [result({ ruleId: 'A1' }), result({ ruleId: 'A2' }), result({ level: 'note', ruleId: 'A1' })];
    const reading = await read(sarif(run({ tool, results }), run({ results: [result()] })));
    expect(reading).toMatchObject({
      state: 'read',
      valid: true,
      kind: 'static-analysis',
      format: 'sarif',
      version: '2.1.0',
      tool: { name: 'Scanner', version: '3.0.0' },
      facts: { runs: 2, results: 4, by_level: { error: 1, warning: 2, note: 1 }, rules: 3, target: null },
    });
    expect(reading.findings).toEqual([]);
  });

  test('is about a repository at a commit, where it says which', async () => {
    const versionControlProvenance = [
      { repositoryUri: 'https://git.example/app', revisionId: COMMIT },
      { repositoryUri: 'https://svn.example/app', revisionId: '4711' },
    ];
    const reading = await read(sarif(run({ versionControlProvenance, artifacts: [{ location: { uri: 'a.c' } }] })));
    expect(reading.subjects).toEqual([
      { name: 'https://git.example/app', digests: { gitCommit: COMMIT } },
      { name: 'https://svn.example/app', digests: {} },
    ]);
    expect(reading.facts).toMatchObject({ target: 'https://git.example/app' });
  });

  test('names the first file or folder for a target where it names no repository', async () => {
    const originalUriBaseIds = { SRC: { uri: 'file:///src/' } };
    const locations = [{ physicalLocation: { artifactLocation: { uri: 'b.c' } } }];
    const targetOf = async (...runs: object[]) => (await read(sarif(...runs))).facts;
    expect(await targetOf(run({ originalUriBaseIds }))).toMatchObject({ target: 'file:///src/' });
    expect(await targetOf(run({ originalUriBaseIds }), run({ results: [result({ locations })] }))).toMatchObject({
      target: 'b.c',
    });
    const artifacts = [{}, { location: { uri: 'a.c' } }];
    expect(await targetOf(run({ artifacts, results: [result({ locations })] }))).toMatchObject({ target: 'a.c' });
  });

  test.each(['1.0.0', '2.0.0', '2.0.0-csd.2.beta.2018-10-10', '2.2.0'])('%s is an unknown version', async (version) => {
    const reading = await read({ version, runs: [{ tool: { name: 'Old' }, results: [] }] });
    expect(reading).toMatchObject({ state: 'read', format: 'sarif', version, valid: false, tool: { name: 'Old' } });
    expect(codes(reading)).toEqual(['unknown_version']);
  });

  test.each<[string, object, string]>([
    ['no name of the tool', run({ tool: { driver: {} } }), '/runs/0/tool/driver'],
    ['a result without a message', run({ results: [{}] }), '/runs/0/results/0'],
    ['results that are none', run({ results: ['bad'] }), '/runs/0/results/0'],
    ['a level of its own', run({ results: [result({ level: 'fatal' })] }), '/runs/0/results/0/level'],
    [
      'the same artifact twice',
      run({ artifacts: [{ location: { uri: 'a', index: 0 } }, { location: { index: 0, uri: 'a' } }] }),
      '/runs/0/artifacts',
    ],
    ['a bad address', run({ artifacts: [{ location: { uri: 'a b' } }] }), '/runs/0/artifacts/0/location/uri'],
  ])('with %s is read and has a fault', async (_, one, pointer) => {
    const reading = await read(sarif(one));
    expect(reading).toMatchObject({ state: 'read', version: '2.1.0', valid: false });
    expect(reading.findings).toContainEqual(expect.objectContaining({ code: 'schema', severity: 'error', pointer }));
  });

  test('without runs is recognised by its schema, and says so', async () => {
    const $schema = 'https://json.schemastore.org/sarif-2.1.0.json';
    expect(await read({ $schema, version: '2.1.0', runs: null })).toMatchObject({ format: 'sarif', valid: false });
    expect(codes(await read({ $schema, version: '2.1.0', runs: [] }))).toEqual(['no_runs']);
    expect(await read({ $schema, runs: [run()] })).toMatchObject({ format: 'sarif', version: null, valid: false });
  });

  test('warns where no results does not mean that nothing was found', async () => {
    expect(codes(await read(sarif(run({ results: undefined }))))).toEqual(['no_results']);
    const externalPropertyFileReferences = { results: [{ location: { uri: 'r.json' } }] };
    expect(codes(await read(sarif(run({ externalPropertyFileReferences }))))).toEqual(['external_results']);
    expect(codes(await read(sarif(run({ invocations: [{ executionSuccessful: false }] }))))).toEqual([
      'execution_failed',
    ]);
  });

  test('counts results that lie beside their run, by the rules of that run', async () => {
    const guid = '22222222-2222-4222-8222-222222222222';
    const tool = { driver: { name: 'Scanner', rules: [{ id: 'A1', defaultConfiguration: { level: 'error' } }] } };
    const inlineExternalProperties = [{ runGuid: guid, results: [result({ ruleId: 'A1' })] }, { results: [result()] }];
    const reading = await read({ ...sarif(run({ tool, automationDetails: { guid } })), inlineExternalProperties });
    expect(reading.facts).toMatchObject({ results: 2, by_level: { error: 1, warning: 1 } });
  });

  test('counts the results that stand, and tells apart those that are suppressed and those that are absent', async () => {
    const suppressed = (...statuses: (string | undefined)[]) => ({
      suppressions: statuses.map((status) => ({ kind: 'inSource', status })),
    });
    const results = [
      result({ level: 'error' }),
      result({ level: 'error', baselineState: 'new', suppressions: [] }),
      result({ level: 'error', ...suppressed('accepted') }),
      result({ level: 'note', ...suppressed(undefined) }),
      result({ level: 'error', ...suppressed('accepted', 'underReview') }),
      result({ level: 'error', ...suppressed('rejected') }),
      result({ level: 'error', baselineState: 'absent' }),
      result({ level: 'error', baselineState: 'absent', ...suppressed('accepted') }),
      result({ level: 'warning', baselineState: 'unchanged' }),
    ];
    const { facts } = await read(sarif(run({ results })));
    expect(facts).toMatchObject({ results: 5, by_level: { error: 4, warning: 1 }, suppressed: 2, absent: 2 });
    expect((await read(sarif(run({ results: [result()] })))).facts).not.toHaveProperty('suppressed');
  });

  test('takes each result for that of its own rule, whichever of them are suppressed', async () => {
    const rules = [{ id: 'A', defaultConfiguration: { level: 'error' } }, { id: 'B' }];
    const results = [
      result({ ruleIndex: 1, suppressions: [{ kind: 'external' }] }),
      result({ ruleIndex: 0 }),
      result({ ruleIndex: 1, baselineState: 'absent' }),
    ];
    const guid = '22222222-2222-4222-8222-222222222222';
    const tool = { driver: { name: 'Scanner', rules } };
    const reading = await read({
      ...sarif(run({ tool, results, automationDetails: { guid } })),
      inlineExternalProperties: [{ runGuid: guid, results }],
    });
    expect(reading.facts).toMatchObject({ results: 2, by_level: { error: 2 }, suppressed: 2, absent: 2 });
  });

  test('notes the first fault of a long document and all of a short one', async () => {
    const bad = (count: number) => sarif(run({ results: Array.from({ length: count }, () => ({})) }));
    expect((await read(bad(50))).findings_total).toBe(50);
    expect((await read(bad(200_000))).findings_total).toBe(1);
  });

  test('compares the items of long lists in linear time', { tags: 'slow' }, async () => {
    const artifacts = Array.from({ length: 100_000 }, (_, index) => ({ location: { uri: `a/${index}` } }));
    expect((await read(sarif(run({ artifacts })))).valid).toBe(true);
    expect((await read(sarif(run({ artifacts: [...artifacts, { location: { uri: 'a/7' } }] })))).valid).toBe(false);
  });

  test('does not run out of stack over a very long address', async () => {
    const reading = await read(sarif(run({ artifacts: [{ location: { uri: 'a/'.repeat(5_000_000) } }] })));
    expect(reading).toMatchObject({ state: 'read', valid: false });
  });

  test('that states a field twice is not understood', async () => {
    const text = JSON.stringify(sarif(run())).replace('"results":[]', '"results":[{}],"results":[]');
    expect(await read(text)).toMatchObject({ state: 'unreadable', findings: [{ code: 'duplicate_key' }] });
  });

  test('with anything anywhere is never more than invalid', async () => {
    for (const value of [null, 0, -1, 1.5, '', 'x', '__proto__', [], [[]], {}, [null], [{}], ['x'], { length: 3 }]) {
      for (const key of [
        'tool',
        'results',
        'artifacts',
        'invocations',
        'versionControlProvenance',
        'originalUriBaseIds',
      ])
        expect((await read({ ...sarif({ ...run(), [key]: value }), $schema: 'sarif' })).state).toBe('read');
      for (const key of ['level', 'kind', 'ruleId', 'ruleIndex', 'rule', 'provenance', 'locations'])
        expect((await read(sarif(run({ results: [result({ [key]: value })] })))).state).toBe('read');
      for (const key of ['driver', 'extensions']) {
        const tool = { driver: { name: 'Scanner' }, [key]: value };
        expect((await read(sarif(run({ tool, results: [result({ ruleIndex: 0 })] })))).state).toBe('read');
      }
    }
  });

  test('is not what merely has a version and runs', async () => {
    for (const value of [
      { version: '7', runs: [] },
      { version: '7', runs: [{ id: 1 }] },
      { version: 2, runs: [run()] },
    ])
      expect((await read(value)).state).toBe('opaque');
  });
});

test('the results of a run are counted in linear time, into however many parts they are cut', async () => {
  const rules = Array.from({ length: 20_000 }, () => ({ id: 'r', defaultConfiguration: { level: 'note' } }));
  const run = { automationDetails: { guid: 'g' }, tool: { driver: { name: 't', rules } }, results: [] };
  const part = { runGuid: 'g', results: [{ ruleId: 'r', message: { text: 'x' } }] };
  const document = {
    version: '2.1.0',
    runs: [run],
    inlineExternalProperties: Array.from({ length: 20_000 }, () => part),
  };
  const { facts } = await readDocument(Buffer.from(JSON.stringify(document)));
  expect(facts).toMatchObject({ results: 20_000, by_level: { note: 20_000 } });
});
