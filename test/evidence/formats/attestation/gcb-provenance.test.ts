import { expect, test } from 'vitest';
import {
  codes,
  envelope,
  envelopeOf,
  forms,
  handedOver,
  OTHER_SHA256,
  provenance,
  read,
  SHA256,
  statement,
  statementIn,
} from './attested.ts';

const lie = statement({ subject: [{ name: 'lie', digest: { sha256: OTHER_SHA256 } }], predicate: provenance('liar') });

const built = (...envelopes: unknown[]) => ({
  image_summary: { digest: `sha256:${OTHER_SHA256}`, fully_qualified_digest: `r.example/x@sha256:${OTHER_SHA256}` },
  provenance_summary: {
    provenance: envelopes.map((one) => ({ build: { intotoStatement: lie }, envelope: one, kind: 'BUILD' })),
  },
});

test('only what lies in an envelope is taken', async () => {
  const reading = await read(built(envelope(statement())));
  expect(reading).toMatchObject({ kind: 'provenance', format: 'gcb-provenance', version: null, valid: true });
  expect(reading.subjects).toEqual([{ name: 'app.tgz', digests: { sha256: SHA256 } }]);
  expect(reading.facts).toMatchObject({ builder_id: 'https://builder.example/one' });
});

test('of several envelopes the first good one is taken, alone', async () => {
  const reading = await read(built(envelope('{"broken'), envelope(statement()), envelope(lie)));
  expect(reading).toMatchObject({ kind: 'provenance', subjects_total: 1, valid: true });
  expect(reading.facts).toMatchObject({ builder_id: 'https://builder.example/one', subjects: 1 });
  expect(codes(reading)).toEqual(['warning envelope_unreadable', 'warning several_provenances']);
  const same = statement({ subject: [{ name: 'more', digest: { sha256: OTHER_SHA256 } }] });
  expect((await read(built(envelope(statement()), envelope(same)))).subjects).toMatchObject([{ name: 'app.tgz' }]);
});

test('without an envelope that holds a statement it is unreadable', async () => {
  for (const document of [
    built(),
    built(envelope('{"broken')),
    built(envelope(statement(), { payloadType: 'application/vnd.in-toto2+json' })),
    built(null, 7),
    { image_summary: built().image_summary },
  ]) {
    const reading = await read(document);
    expect(reading).toMatchObject({ state: 'unreadable', kind: 'attestation', format: 'gcb-provenance', subjects: [] });
    expect(codes(reading)).toEqual(['error statement_missing']);
  }
});

test('an envelope without a signature is not valid, and what is wrong in the one taken is noted where it is', async () => {
  const reading = await read(built(envelope(statement({ subject: [] }), { signatures: [{ sig: '' }] })));
  expect(reading.findings.map(({ code, pointer }) => [code, pointer])).toEqual([
    ['signature_missing', '/provenance_summary/provenance/0/envelope/signatures'],
    ['subject_missing', '/provenance_summary/provenance/0/envelope/payload'],
  ]);
});

test('each envelope is handed to the verifier where it lies, the one that is taken and the others', async () => {
  const other = envelope(statement(), { payloadType: 'application/vnd.in-toto2+json' });
  const { signed } = await handedOver(built(envelope('{"broken'), envelope(statement()), null, envelope(lie), other));
  const at = (index: number) => `/provenance_summary/provenance/${index}/envelope`;
  expect(forms(signed)).toEqual([
    `unreadable ${at(0)}`,
    `envelope ${at(1)}`,
    `unreadable ${at(2)}`,
    `envelope ${at(3)}`,
    `envelope ${at(4)}`,
  ]);
  expect([1, 3].map((index) => statementIn(signed[index]).facts)).toMatchObject([
    { builder_id: 'https://builder.example/one' },
    { builder_id: 'liar' },
  ]);
  expect(Buffer.from(envelopeOf(signed[1]).payload).toString()).toBe(JSON.stringify(statement()));
  expect(signed[4]).toMatchObject({ statement: null, bundle: null });
});
