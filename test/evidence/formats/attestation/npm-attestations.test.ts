import { expect, test } from 'vitest';
import {
  bundle,
  codes,
  envelope,
  forms,
  handedOver,
  OTHER_SHA256,
  read,
  SLSA_V1,
  statement,
  statementIn,
} from './attested.ts';

const PUBLISH = 'https://github.com/npm/attestation/tree/main/specs/publish/v0.1';
const published = statement({ subject: [{ name: 'other', digest: { sha256: OTHER_SHA256 } }], predicateType: PUBLISH });
const signed = (payload: unknown, changes: Record<string, unknown> = {}) => bundle(envelope(payload, changes));

test("the provenance that npm gives is about the provenance's subjects alone, in whatever order", async () => {
  const list = [
    { predicateType: PUBLISH, bundle: signed(published) },
    { predicateType: SLSA_V1, bundle: signed(statement()) },
  ];
  for (const attestations of [list, list.toReversed()]) {
    const reading = await read({ attestations });
    expect(reading).toMatchObject({
      kind: 'provenance',
      format: 'npm-attestations',
      version: null,
      valid: true,
      subjects_total: 1,
    });
    expect(reading.subjects).toMatchObject([{ name: 'app.tgz' }]);
    expect(codes(reading)).toEqual([]);
  }
});

test('the predicate types beside the bundles make no provenance', async () => {
  const reading = await read({ attestations: [{ predicateType: SLSA_V1, bundle: signed(published) }] });
  expect(reading).toMatchObject({ kind: 'attestation', facts: { predicate_type: PUBLISH, statements: 1 } });
});

test("attestations of GitHub's API are told from npm's by having no predicate types", async () => {
  const reading = await read({ attestations: [{ bundle: signed(statement()), repository_id: 1 }] });
  expect(reading).toMatchObject({
    kind: 'provenance',
    format: 'github-attestations-api',
    version: null,
    subjects_total: 1,
  });
});

test('a bundle that holds no statement, or none that can be read, counts for nothing', async () => {
  const typed = signed(statement(), { payloadType: 'application/vnd.in-toto+jsonA' });
  const other = await read({
    attestations: [{ predicateType: PUBLISH, bundle: signed(published) }, { bundle: typed }],
  });
  expect(other).toMatchObject({ kind: 'attestation', subjects: [{ name: 'other' }] });
  expect(codes(other)).toEqual(['warning payload_type']);
  const broken = await read({
    attestations: [{ predicateType: PUBLISH, bundle: signed(published) }, { bundle: null }, { bundle: signed('x') }],
  });
  expect(codes(broken)).toEqual(['error bundle_content', 'error payload_malformed']);
  const none = await read({ attestations: [{ predicateType: PUBLISH, bundle: typed }] });
  expect(none).toMatchObject({ state: 'unreadable', kind: 'attestation', format: 'npm-attestations' });
});

test('each bundle is handed to the verifier as it is, where it lies, those that cannot be read too', async () => {
  const typed = signed(statement(), { payloadType: 'application/vnd.in-toto+jsonA' });
  for (const predicateType of [SLSA_V1, undefined]) {
    const attestations = [
      { predicateType, bundle: signed(published) },
      { bundle: signed(statement()) },
      { bundle: null },
      { bundle: signed('x') },
      { bundle: typed },
      {},
      null,
    ];
    const { signed: handed, ambiguous } = await handedOver({ attestations });
    expect(ambiguous).toBe(false);
    expect(forms(handed)).toEqual([
      'bundle /attestations/0/bundle',
      'bundle /attestations/1/bundle',
      'unreadable /attestations/2/bundle',
      'unreadable /attestations/3/bundle',
      'bundle /attestations/4/bundle',
      'unreadable /attestations/5/bundle',
      'unreadable /attestations/6/bundle',
    ]);
    expect(handed[0]).toMatchObject({ bundle: signed(published) });
    expect([0, 1].map((at) => statementIn(handed[at]).predicate_type)).toEqual([PUBLISH, SLSA_V1]);
    expect([0, 1].map((at) => statementIn(handed[at]).subjects_total)).toEqual([1, 1]);
    expect(handed[4]).toMatchObject({ statement: null });
  }
});
