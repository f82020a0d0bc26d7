import { expect, test } from 'vitest';
import { COMMIT, codes, provenance, read, SHA256, statement } from './attested.ts';

const sourceOf = async (predicateType: string, predicate: unknown) => {
  const reading = await read(statement({ predicateType, predicate }));
  return { source: reading.facts?.kind === 'provenance' ? reading.facts.source : null, found: codes(reading) };
};

const v1 = (externalParameters: unknown, resolvedDependencies: unknown) => ({
  buildDefinition: { buildType: 't', externalParameters, resolvedDependencies },
  runDetails: { builder: { id: 'b' } },
});

const NONE = { uri: null, ref: null, commit: null };
const MAIN = { uri: 'git+https://h.example/o/r', ref: 'refs/heads/main', commit: COMMIT };
const DEPENDENCY = { uri: 'git+https://h.example/o/r@refs/heads/main', digest: { gitCommit: COMMIT } };

test('SLSA v1 is read', async () => {
  const parameters = { workflow: { repository: 'https://h.example/o/r', ref: 'refs/heads/main', path: 'ci.yml' } };
  const predicate = {
    buildDefinition: {
      buildType: 'type',
      externalParameters: parameters,
      resolvedDependencies: [DEPENDENCY, { uri: 'x' }],
    },
    runDetails: { builder: { id: 'builder' }, metadata: { invocationId: 'run' } },
  };
  for (const predicate_type of ['https://slsa.dev/provenance/v1', 'https://slsa.dev/provenance/v1.0?draft']) {
    const reading = await read(statement({ predicateType: predicate_type, predicate }));
    expect(reading.valid).toBe(true);
    expect(reading.facts).toEqual({
      kind: 'provenance',
      predicate_type,
      slsa: true,
      builder_id: 'builder',
      build_type: 'type',
      source: MAIN,
      invocation_id: 'run',
      subjects: 1,
      materials: 2,
      parameters,
    });
  }
});

test('SLSA v0.2 is read', async () => {
  const predicate = {
    builder: { id: 'builder' },
    buildType: 'type',
    invocation: { configSource: { uri: DEPENDENCY.uri, digest: { sha1: COMMIT } }, parameters: { a: 1 } },
    metadata: { buildInvocationID: 'run' },
    materials: [{ uri: 'git+https://h.example/o/other', digest: { sha1: COMMIT } }],
  };
  const { facts } = await read(statement({ predicateType: 'https://slsa.dev/provenance/v0.2', predicate }));
  expect(facts).toMatchObject({
    slsa: true,
    builder_id: 'builder',
    build_type: 'type',
    source: MAIN,
    invocation_id: 'run',
    materials: 1,
    parameters: { a: 1 },
  });
});

test('SLSA v0.1 is read, with the source that the recipe is defined in', async () => {
  const predicate = {
    builder: { id: 'builder' },
    recipe: { type: 'type', definedInMaterial: 1, arguments: { a: 1 } },
    metadata: { buildInvocationId: 'run' },
    materials: [{ uri: 'x' }, { uri: DEPENDENCY.uri, digest: { sha1: COMMIT } }],
  };
  const { facts } = await read(statement({ predicateType: 'https://slsa.dev/provenance/v0.1', predicate }));
  expect(facts).toMatchObject({
    slsa: true,
    builder_id: 'builder',
    build_type: 'type',
    source: MAIN,
    invocation_id: 'run',
    materials: 2,
    parameters: { a: 1 },
  });
});

test('a version of SLSA that is not known gives no claims, whatever its predicate holds', async () => {
  const reading = await read(statement({ predicateType: 'https://slsa.dev/provenance/v2' }));
  expect(reading).toMatchObject({ state: 'read', kind: 'provenance', valid: false });
  expect(reading.facts).toMatchObject({ slsa: false, builder_id: null, build_type: null, source: NONE, materials: 0 });
  expect(codes(reading)).toEqual(['error unknown_version']);
});

test('the builder is taken from where its version has it and nowhere else', async () => {
  const predicate = { ...provenance(), builder: { id: 'https://liar.example' }, runDetails: {} };
  const reading = await read(statement({ predicate }));
  expect(reading.facts).toMatchObject({ builder_id: null });
  expect(codes(reading)).toEqual(['error builder_missing']);
  const empty = await read(statement({ predicate: provenance('') }));
  expect(empty.facts).toMatchObject({ builder_id: null });
  expect(codes(empty)).toEqual(['warning builder_missing']);
});

test('parameters of more than 8 KiB are left out', async () => {
  const sized = (length: number) => ({ a: 'x'.repeat(length - '{"a":""}'.length) });
  const parametersOf = async (parameters: object) => {
    const { facts } = await read(statement({ predicate: provenance('b', parameters) }));
    return facts?.kind === 'provenance' ? facts.parameters : undefined;
  };
  expect(await parametersOf(sized(8 * 1_024))).toEqual(sized(8 * 1_024));
  expect(await parametersOf(sized(8 * 1_024 + 1))).toBeNull();
  expect(codes(await read(statement({ predicate: provenance('b', []) })))).toEqual(['error parameters_malformed']);
});

test('the declared source takes its commit from the dependency that it is, and from no other', async () => {
  const declared = { workflow: { repository: 'https://h.example/o/r', ref: 'refs/heads/main' } };
  const type = 'https://slsa.dev/provenance/v1';
  const other = { uri: 'git+https://h.example/evil/r@refs/heads/main', digest: { gitCommit: '0'.repeat(40) } };
  expect((await sourceOf(type, v1(declared, [other, DEPENDENCY]))).source).toEqual(MAIN);
  expect(await sourceOf(type, v1(declared, [other]))).toEqual({ source: NONE, found: ['warning source_disagrees'] });
  const tag = { ...DEPENDENCY, uri: 'git+https://h.example/o/r@refs/tags/v1' };
  expect(await sourceOf(type, v1(declared, [tag]))).toEqual({ source: NONE, found: ['warning source_disagrees'] });
  expect((await sourceOf(type, v1(declared, []))).source).toEqual({
    uri: 'https://h.example/o/r',
    ref: 'refs/heads/main',
    commit: null,
  });
  expect((await sourceOf(type, v1({ buildConfigSource: declared.workflow }, [DEPENDENCY]))).source).toEqual(MAIN);
  expect(
    (await sourceOf(type, v1({ source: { uri: DEPENDENCY.uri, digest: { sha1: COMMIT } } }, [DEPENDENCY]))).source,
  ).toEqual(MAIN);
  expect((await sourceOf(type, v1({ source: { artifact: DEPENDENCY } }, []))).source).toEqual(MAIN);
});

test('a declared source that several dependencies are, which differ, is unknown', async () => {
  const type = 'https://slsa.dev/provenance/v1';
  const declared = { workflow: { repository: 'https://h.example/o/r' } };
  const others = [
    { ...DEPENDENCY, uri: 'git+https://h.example/o/r@refs/heads/evil' },
    { ...DEPENDENCY, digest: { gitCommit: '0'.repeat(40) } },
  ];
  for (const other of others) {
    const ambiguous = { source: NONE, found: ['warning source_ambiguous'] };
    expect(await sourceOf(type, v1(declared, [DEPENDENCY, other]))).toEqual(ambiguous);
  }
  expect((await sourceOf(type, v1(declared, [DEPENDENCY, DEPENDENCY]))).source).toEqual(MAIN);
});

test('a repository is one by its address, however that is written', async () => {
  const type = 'https://slsa.dev/provenance/v1';
  const uris = [
    'git@h.example:o/two',
    'ssh://git@h.example/o/two',
    'https://h.example/o/two.git',
    'hg+https://h.example/o/two',
  ];
  for (const uri of uris) {
    const ambiguous = { source: NONE, found: ['warning source_ambiguous'] };
    expect(await sourceOf(type, v1({}, [DEPENDENCY, { uri }])), uri).toEqual(ambiguous);
  }
});

test('a source that is not declared is the only repository that was used, or unknown', async () => {
  const type = 'https://slsa.dev/provenance/v1';
  const image = { uri: 'pkg:oci/x', digest: { sha256: SHA256 } };
  expect((await sourceOf(type, v1({}, [image, DEPENDENCY]))).source).toEqual(MAIN);
  expect((await sourceOf(type, v1({}, [image]))).source).toEqual(NONE);
  const two = await sourceOf(type, v1({}, [DEPENDENCY, { uri: 'git+https://h.example/o/two' }]));
  expect(two).toEqual({ source: NONE, found: ['warning source_ambiguous'] });
});

test('the URI of a source is taken apart at its ref and nowhere else', async () => {
  const part = async (uri: string) => {
    const predicate = { builder: { id: 'b' }, buildType: 't', invocation: { configSource: { uri } } };
    return (await sourceOf('https://slsa.dev/provenance/v0.2', predicate)).source;
  };
  expect(await part('git+https://h.example/evil/r@refs/heads/x@refs/tags/v1')).toEqual({
    uri: 'git+https://h.example/evil/r',
    ref: 'refs/heads/x@refs/tags/v1',
    commit: null,
  });
  expect(await part('git+ssh://git@h.example/o/r@main')).toEqual({
    uri: 'git+ssh://git@h.example/o/r',
    ref: 'main',
    commit: null,
  });
  expect(await part(`git+https://h.example/o/r@${COMMIT}`)).toEqual({
    uri: 'git+https://h.example/o/r',
    ref: null,
    commit: COMMIT,
  });
  expect(await part(`https://h.example/o/r/commit/${COMMIT}`)).toEqual({
    uri: 'https://h.example/o/r',
    ref: null,
    commit: COMMIT,
  });
  expect(await part(`https://h.example/o/r.git#${COMMIT}`)).toEqual({
    uri: 'https://h.example/o/r.git',
    ref: null,
    commit: COMMIT,
  });
  expect(await part('https://h.example/o/r.git#refs/heads/main:dir')).toEqual({
    uri: 'https://h.example/o/r.git',
    ref: 'refs/heads/main',
    commit: null,
  });
  for (const whole of ['https://registry.example/@scope/name', 'https://h.example/a@b', 'git@h.example:o/r', 'x'])
    expect(await part(whole)).toEqual({ uri: whole, ref: null, commit: null });
});

test("the commit that GitLab's runner writes as sha256 is a commit, by its length", async () => {
  const uri = 'https://gitlab.example/group/sub/project';
  const misnamed = { uri, digest: { sha256: COMMIT } };
  const source = { uri, ref: null, commit: COMMIT };
  const V1 = 'https://slsa.dev/provenance/v1';
  expect(await sourceOf(V1, v1({ source: uri, entryPoint: 'build' }, [misnamed]))).toEqual({ source, found: [] });
  expect((await sourceOf(V1, v1({}, [misnamed]))).source).toEqual(source);
  const v02 = { builder: { id: 'b' }, buildType: 't', materials: [misnamed] };
  const V02 = 'https://slsa.dev/provenance/v0.2';
  expect((await sourceOf(V02, { ...v02, invocation: { configSource: misnamed } })).source).toEqual(source);
  expect((await sourceOf(V02, v02)).source).toEqual(source);
  const V01 = 'https://slsa.dev/provenance/v0.1';
  const v01 = { builder: { id: 'b' }, recipe: { type: 't', definedInMaterial: 0 }, materials: [misnamed] };
  expect((await sourceOf(V01, v01)).source).toEqual(source);
});

test('a real SHA-256 of a source is no commit, and what says its own name comes first', async () => {
  const uri = 'https://gitlab.example/group/sub/project';
  const V1 = 'https://slsa.dev/provenance/v1';
  const commitOf = async (digest: object) =>
    (await sourceOf(V1, v1({ source: uri }, [{ uri, digest }]))).source?.commit;
  expect(await commitOf({ sha256: SHA256 })).toBeNull();
  expect(await commitOf({ sha256: COMMIT.replace('1', 'g') })).toBeNull();
  expect(await commitOf({ sha256: 'cd'.repeat(20), gitCommit: COMMIT })).toBe(COMMIT);
  expect(await commitOf({ sha256: 'cd'.repeat(20), sha1: COMMIT })).toBe(COMMIT);
});
