import { expect, test } from 'vitest';
import { codes, handedOver, provenance, read, SHA256, statement } from './attested.ts';

test('a statement is named by the version of its type, and its subjects come with their digests as they are', async () => {
  const subject = [
    { name: 'a', digest: { sha256: SHA256, gitCommit: '12'.repeat(20) } },
    { uri: 'pkg:x/y', digest: { sha512: 'AB'.repeat(64) } },
  ];
  const reading = await read(statement({ subject }));
  expect(reading).toMatchObject({
    state: 'read',
    kind: 'provenance',
    format: 'intoto-statement',
    version: 'v1',
    subjects_total: 2,
  });
  expect(reading.subjects).toEqual([
    { name: 'a', digests: { sha256: SHA256, gitCommit: '12'.repeat(20) } },
    { name: 'pkg:x/y', digests: { sha512: 'AB'.repeat(64) } },
  ]);
  expect(codes(reading)).toEqual(['warning digest_case']);
  expect(await read(statement({ _type: 'https://in-toto.io/Statement/v0.1' }))).toMatchObject({
    version: 'v0.1',
    valid: true,
  });
});

test('a predicate that is not SLSA provenance makes an attestation, even where it looks like provenance', async () => {
  for (const predicateType of [
    'https://github.com/slsa-framework/slsa-source-poc/source-provenance/v1-draft',
    'https://github.com/npm/attestation/tree/main/specs/publish/v0.1',
    'https://slsa.dev/provenancex/v1',
    'https://evil.example/https://slsa.dev/provenance/v1',
  ]) {
    const { kind, facts } = await read(statement({ predicateType }));
    expect({ kind, facts }).toEqual({
      kind: 'attestation',
      facts: { kind: 'attestation', predicate_type: predicateType, subjects: 1, statements: 1, predicate: null },
    });
  }
});

test('a statement of another version or type is named, not read', async () => {
  const other = await read(statement({ _type: 'https://in-toto.io/Statement/v0.2' }));
  expect(other).toMatchObject({
    state: 'unreadable',
    kind: 'provenance',
    format: 'intoto-statement',
    version: 'v0.2',
    facts: null,
    subjects: [],
  });
  expect(codes(other)).toEqual(['error unknown_version']);
  const alike = await read(statement({ _type: 'https://in-toto.io/StatementA/v1' }));
  expect(alike).toMatchObject({ state: 'unreadable', version: null });
  expect(codes(alike)).toEqual(['error statement_type']);
  const untyped = await read(statement({ _type: undefined }));
  expect(untyped).toMatchObject({ state: 'unreadable', kind: 'provenance', format: 'intoto-statement', version: null });
});

test('a statement with its type in `type` is read, and not valid', async () => {
  const reading = await read(statement({ _type: undefined, type: 'https://in-toto.io/Statement/v1' }));
  expect(reading).toMatchObject({
    state: 'read',
    format: 'intoto-statement-protojson',
    version: 'v1',
    subjects_total: 1,
    valid: false,
  });
  expect(codes(reading)).toEqual(['error statement_type']);
});

test('what a statement lacks is an error, and what is merely odd a warning', async () => {
  const found = async (changes: Record<string, unknown>) => codes(await read(statement(changes)));
  expect(await found({ subject: [] })).toEqual(['error subject_missing']);
  expect(await found({ subject: { name: 'a' } })).toEqual(['error subject_missing']);
  expect(await found({ subject: ['a'] })).toEqual(['error subject_malformed']);
  expect(await found({ subject: [{ uri: 'pkg:x/y' }] })).toEqual(['error digest_missing']);
  expect(await found({ subject: [{ digest: { sha256: 5 } }] })).toEqual(['error digest_malformed']);
  expect(await found({ subject: [{ digest: { sha256: '' } }] })).toEqual(['error digest_malformed']);
  expect(await found({ subject: [{ digest: { sha256: 'ab'.repeat(20) } }] })).toEqual(['error digest_malformed']);
  expect(await found({ subject: [{ digest: { sha256: 'xy'.repeat(32) } }] })).toEqual(['error digest_malformed']);
  expect(await found({ subject: [{ digest: { SHA256: SHA256 } }] })).toEqual(['warning digest_algorithm']);
  expect(await found({ predicateType: '' })).toEqual(['error predicate_type_missing']);
  expect(await found({ predicateType: 'acme.example/x' })).toEqual(['warning predicate_type_uri']);
  expect(await found({ predicateType: 'https://acme.example/x', predicate: undefined })).toEqual([
    'warning predicate_missing',
  ]);
  expect(await found({ predicate: undefined })).toContain('error predicate_missing');
});

test('a digest under `__proto__` is left out', async () => {
  const text = JSON.stringify(statement()).replace('"sha256"', '"__proto__"');
  const { subjects } = await read(text);
  expect(Object.keys(subjects[0]?.digests ?? {})).toEqual([]);
  expect(({} as Record<string, unknown>).sha256).toBeUndefined();
});

test('a field that occurs twice and is used makes a statement unreadable, digests too', async () => {
  const text = JSON.stringify(statement());
  for (const twice of [
    text.replace('"sha256":', `"sha256":"${'0'.repeat(64)}","sha256":`),
    text.replace('"id":', '"id":"x","id":'),
  ]) {
    const reading = await read(twice);
    expect(reading.state).toBe('unreadable');
    expect(codes(reading)).toEqual(['error duplicate_key']);
  }
});

test('nothing of a statement is handed to the verifier: nobody signed it', async () => {
  expect(await handedOver(statement())).toEqual({ signed: [], ambiguous: null });
  expect(await handedOver(statement({ signatures: [{ sig: 'c2ln' }] }))).toEqual({ signed: [], ambiguous: null });
});

test('any value in the place of any other is read or refused, and no reader fails', async () => {
  const odd = [null, true, 7, 'text', '', [], {}, [null], [[]], { id: 7 }];
  const whole = statement({
    predicate: provenance('b', { workflow: { repository: 'https://h/r', ref: 'refs/heads/main' } }),
  });
  let count = 0;
  for (const value of odd) {
    for (const one of replacements(whole, value)) {
      const reading = await read(one);
      expect(codes(reading)).not.toContain('error reader_failed');
      count += 1;
    }
  }
  expect(count).toBeGreaterThan(150);
});

function* replacements(document: unknown, value: unknown): Generator<unknown> {
  if (typeof document !== 'object' || document === null) return;
  for (const [key, inner] of Object.entries(document)) {
    const put = (other: unknown) =>
      Array.isArray(document) ? document.with(Number(key), other) : { ...document, [key]: other };
    yield put(value);
    for (const deeper of replacements(inner, value)) yield put(deeper);
  }
}
