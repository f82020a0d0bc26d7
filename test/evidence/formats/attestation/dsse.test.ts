import { expect, test } from 'vitest';
import {
  bundle,
  codes,
  envelope,
  envelopeOf,
  forms,
  handedOver,
  lines,
  OTHER_SHA256,
  provenance,
  read,
  SHA256,
  statement,
  statementIn,
} from './attested.ts';

test('an envelope is what its payload is, under the name of the envelope', async () => {
  const reading = await read(envelope(statement()));
  expect(reading).toMatchObject({
    state: 'read',
    kind: 'provenance',
    format: 'dsse',
    version: 'application/vnd.in-toto+json',
    valid: true,
  });
  expect(reading.subjects).toEqual([{ name: 'app.tgz', digests: { sha256: SHA256 } }]);
});

test('both alphabets of base64 are taken, padded or not', async () => {
  const text = JSON.stringify(statement({ subject: [{ name: '¿¾ÿ?', digest: { sha256: SHA256 } }] }));
  for (const encoding of ['base64', 'base64url'] as const) {
    const payload = Buffer.from(text).toString(encoding);
    expect(await read(envelope('', { payload }))).toMatchObject({ state: 'read', subjects: [{ name: '¿¾ÿ?' }] });
  }
});

test('a payload that is damaged makes it unreadable, and is said to be', async () => {
  const good = envelope(statement()).payload as string;
  const whyNot = async (payload: unknown) => {
    const reading = await read(envelope('', { payload }));
    expect(reading).toMatchObject({
      state: 'unreadable',
      kind: 'attestation',
      format: 'dsse',
      facts: null,
      subjects: [],
    });
    return codes(reading);
  };
  for (const payload of [`${good}!`, ` ${good}`, good.replace(/^./, '$&\n'), `${good.replaceAll('=', '')}=====`, 7])
    expect(await whyNot(payload)).toEqual(['error payload_encoding']);
  expect(await whyNot(Buffer.from('{"_type"').toString('base64'))).toEqual(['error payload_malformed']);
  expect(await whyNot(Buffer.from([0x7b, 0xff, 0x7d]).toString('base64'))).toEqual(['error payload_malformed']);
  expect(await whyNot(Buffer.from('['.repeat(300)).toString('base64'))).toEqual(['error too_deep']);
  // What others refuse, or read with one character more, is not read here without it.
  const marked = Buffer.from(`\ufeff${JSON.stringify(statement())}`).toString('base64');
  expect(await whyNot(marked)).toEqual(['error payload_malformed']);
  for (const other of ['[]', '7', '{}', 'null'])
    expect(await whyNot(Buffer.from(other).toString('base64'))).toEqual(['error statement_type']);
});

test('a field of the payload that occurs twice and is used makes it unreadable, any parameter too', async () => {
  const text = JSON.stringify(statement({ predicate: provenance('b', { deploy: false }) }));
  for (const twice of [
    text.replace('"builder":', '"builder":{"id":"x"},"builder":'),
    text.replace('"deploy":', '"deploy":true,"deploy":'),
  ]) {
    const reading = await read(envelope(twice));
    expect(reading.state).toBe('unreadable');
    expect(codes(reading)).toEqual(['error duplicate_key']);
  }
  const unused = text.replace('"buildDefinition":{', '"buildDefinition":{"x":1,"x":2,');
  expect(codes(await read(envelope(unused)))).toEqual(['warning duplicate_key']);
  const many = text.replace('"buildDefinition":{', `"buildDefinition":{${'"x":1,'.repeat(2_000)}`);
  expect(codes(await read(envelope(many)))).toEqual(['error duplicate_key']);
});

test('a payload of another type is no statement, though it looks like one', async () => {
  const reading = await read(envelope(statement(), { payloadType: 'application/vnd.acme+json' }));
  expect(reading).toMatchObject({
    state: 'read',
    kind: 'attestation',
    version: 'application/vnd.acme+json',
    subjects: [],
  });
  expect(reading.facts).toEqual({
    kind: 'attestation',
    predicate_type: 'application/vnd.acme+json',
    subjects: 0,
    statements: 0,
    predicate: null,
  });
  expect(codes(reading)).toEqual(['warning payload_type']);
  expect(reading.findings[0]).toMatchObject({
    message: expect.stringContaining('application/vnd.acme+json'),
    pointer: '/payloadType',
  });
  const own = await read(envelope(statement(), { payloadType: 'application/vnd.in-toto.provenance+json' }));
  expect(own).toMatchObject({ kind: 'provenance', valid: true });
  const rebuild = await read(envelope(statement(), { payloadType: 'https://in-toto.io/Statement/v1' }));
  expect(rebuild).toMatchObject({ kind: 'provenance', valid: true });
  expect(codes(rebuild)).toEqual(['warning payload_type']);
});

test('a payload of another type says nothing wherever its envelope lies, and that is noted', async () => {
  const foreign = envelope(statement(), { payloadType: 'application/vnd.cyclonedx+json' });
  const good = statement({ subject: [{ name: 'good', digest: { sha256: OTHER_SHA256 } }] });
  const holding = (one: unknown, other: unknown): [string, unknown][] => [
    ['lines', lines(one, other)],
    ['an array', [one, other]],
    ['bundles in lines', lines(bundle(one), bundle(other))],
    ['bundles in an array', [bundle(one), bundle(other)]],
    ['a list of npm', { attestations: [one, other].map((each) => ({ predicateType: 'x', bundle: bundle(each) })) }],
    ['a list of GitHub', { attestations: [one, other].map((each) => ({ bundle: bundle(each) })) }],
    ['results of gh', [one, other].map((each) => ({ attestation: { bundle: bundle(each) } }))],
    ['Cloud Build', { provenance_summary: { provenance: [one, other].map((each) => ({ envelope: each })) } }],
  ];
  for (const [what, document] of holding(foreign, envelope(good))) {
    const reading = await read(document);
    expect(reading, what).toMatchObject({ state: 'read', kind: 'provenance', subjects: [{ name: 'good' }] });
    expect(codes(reading), what).toEqual([
      what === 'Cloud Build' ? 'warning envelope_unreadable' : 'warning payload_type',
    ]);
  }
  for (const [what, document] of holding(foreign, foreign)) {
    const reading = await read(document);
    expect(reading, what).toMatchObject({ kind: 'attestation', subjects: [], facts: null });
    expect(codes(reading), what).toContain('error statement_missing');
  }
  const alone = await read(bundle(foreign));
  expect(alone).toMatchObject({
    state: 'read',
    kind: 'attestation',
    subjects: [],
    facts: { predicate_type: 'application/vnd.cyclonedx+json', statements: 0, predicate: null },
  });
  expect(codes(alone)).toEqual(['warning payload_type']);
  expect(alone.findings[0]?.pointer).toBe('/dsseEnvelope/payloadType');
});

test('an envelope without a signature is not valid', async () => {
  for (const signatures of [[], [{ sig: '' }], [{}], 'none'])
    expect(codes(await read(envelope(statement(), { signatures })))).toEqual(['error signature_missing']);
  expect(codes(await read(envelope(statement(), { signatures: [{ sig: '' }, { sig: 'c2ln' }] })))).toEqual([
    'warning signature_missing',
  ]);
});

test('envelopes that claim the same are about all of their subjects', async () => {
  const second = statement({ subject: [{ name: 'second', digest: { sha256: OTHER_SHA256 } }] });
  const reading = await read(lines(envelope(statement()), envelope(second)));
  expect(reading).toMatchObject({
    kind: 'provenance',
    format: 'dsse+jsonl',
    version: 'application/vnd.in-toto+json',
    subjects_total: 2,
    valid: true,
  });
  expect(reading.facts).toMatchObject({ subjects: 2 });
  expect(codes(reading)).toEqual([]);
});

test('claims of one provenance are never those of another: the first one is taken, alone', async () => {
  const subject = [{ name: 'second', digest: { sha256: OTHER_SHA256 } }];
  for (const predicate of [provenance('https://builder.example/two'), provenance(undefined, { debug: true })]) {
    const reading = await read(lines(envelope(statement()), envelope(statement({ subject, predicate }))));
    expect(reading.facts).toMatchObject({ builder_id: 'https://builder.example/one', parameters: {}, subjects: 1 });
    expect(reading.subjects).toEqual([{ name: 'app.tgz', digests: { sha256: SHA256 } }]);
    expect(codes(reading)).toEqual(['warning several_provenances']);
  }
});

test('what other statements are about is not what the provenance is about', async () => {
  const subject = [{ name: 'other', digest: { sha256: OTHER_SHA256 } }];
  const other = statement({ subject, predicateType: 'https://acme.example/reviewed/v1' });
  const vsa = statement({ subject, predicateType: 'https://slsa.dev/verification_summary/v1' });
  const reading = await read(lines(envelope(other), envelope(vsa), envelope(statement())));
  expect(reading).toMatchObject({ kind: 'provenance', subjects: [{ name: 'app.tgz' }], subjects_total: 1 });
  const summary = await read(lines(envelope(other), envelope(vsa)));
  expect(summary).toMatchObject({ kind: 'vsa', subjects_total: 1 });
  const mixed = await read(lines(envelope(other), envelope({ ...other, predicateType: 'https://acme.example/else' })));
  expect(mixed.facts).toEqual({
    kind: 'attestation',
    predicate_type: 'https://acme.example/reviewed/v1',
    subjects: 1,
    statements: 2,
    predicate: null,
  });
  expect(codes(mixed)).toEqual(['warning several_statements']);
});

test('a line that cannot be read is an error, and counts for nothing', async () => {
  const reading = await read(lines(envelope(statement()), '{"broken', envelope('{}'), { a: 1 }, envelope(statement())));
  expect(reading).toMatchObject({ state: 'read', kind: 'provenance', subjects_total: 2, valid: false });
  expect(reading.findings.map(({ code, pointer }) => [code, pointer])).toEqual([
    ['line_malformed', '/1'],
    ['statement_type', '/2'],
    ['line_malformed', '/3'],
  ]);
  const none = await read(lines(envelope('{}'), envelope('{}')));
  expect(none).toMatchObject({ state: 'unreadable', kind: 'attestation', format: 'dsse+jsonl' });
});

const sig = (text: string) => Buffer.from(text).toString('base64');

test('what is handed to the verifier is the very bytes that were read, with all signatures', async () => {
  const text = ` ${JSON.stringify(statement(), null, 3)}\n`;
  const signatures = [
    { keyid: 'k', sig: sig('one') },
    { sig: sig('two'), cert: 'PEM' },
    { sig: '' },
    { sig: '*' },
    { sig: 7, cert: '' },
    null,
  ];
  for (const encoding of ['base64', 'base64url'] as const) {
    const payload = Buffer.from(text).toString(encoding);
    const { signed, ambiguous } = await handedOver(envelope('', { payload, signatures }));
    expect(forms(signed)).toEqual(['envelope ']);
    expect(signed[0]).toMatchObject({ bundle: null });
    expect(ambiguous).toBe(false);
    const handed = envelopeOf(signed[0]);
    expect(Buffer.from(handed.payload).toString()).toBe(text);
    expect(handed.payloadType).toBe('application/vnd.in-toto+json');
    expect(handed.signatures.map((one) => [one.sig && Buffer.from(one.sig).toString(), one.certificated])).toEqual([
      ['one', false],
      ['two', true],
      [null, false],
      [null, false],
      [null, false],
      [null, false],
    ]);
  }
});

test('what its payload says is handed over beside, as it was understood', async () => {
  const { signed } = await handedOver(envelope(statement()));
  expect(statementIn(signed[0])).toEqual({
    kind: 'provenance',
    predicate_type: 'https://slsa.dev/provenance/v1',
    predicate: provenance(),
    facts: expect.objectContaining({ kind: 'provenance', slsa: true, builder_id: 'https://builder.example/one' }),
    tool: null,
    subjects: [{ name: 'app.tgz', digests: { sha256: SHA256 } }],
    subjects_total: 1,
    ambiguous: false,
  });
});

test('an envelope without signatures, or with a payload of another type, is handed over as it is', async () => {
  for (const signatures of [[], 'none', undefined]) {
    const { signed } = await handedOver(envelope(statement(), { signatures }));
    expect(forms(signed)).toEqual(['envelope ']);
    expect(envelopeOf(signed[0]).signatures).toEqual([]);
  }
  const { signed } = await handedOver(envelope(statement(), { payloadType: 'application/vnd.acme+json' }));
  expect(signed).toMatchObject([
    { form: 'envelope', statement: null, envelope: { payloadType: 'application/vnd.acme+json' } },
  ]);
});

test('an envelope that is unreadable is not handed over: nothing is known of it', async () => {
  for (const document of [envelope('{"_type"'), envelope(statement(), { payload: '*' }), envelope('{}')]) {
    expect((await read(document)).state).toBe('unreadable');
    expect(await handedOver(document)).toEqual({ signed: [], ambiguous: null });
  }
});

test('it is said where a field occurs twice, in the payload or around it, or the type is not where it has to be', async () => {
  const text = JSON.stringify(statement());
  const doubts = async (document: unknown) => {
    const { signed, ambiguous } = await handedOver(document);
    return [ambiguous, statementIn(signed[0]).ambiguous];
  };
  expect(await doubts(envelope(text))).toEqual([false, false]);
  expect(await doubts(envelope(text.replace('{', '{"x":1,"x":1,')))).toEqual([false, true]);
  expect(await doubts(envelope(text.replace('"_type"', '"type"')))).toEqual([false, true]);
  const around = JSON.stringify(envelope(text));
  expect(await doubts(around.replace('{', '{"x":1,"x":1,'))).toEqual([true, false]);
  expect(await doubts(around.replace('"keyid":', '"keyid":"a","keyid":'))).toEqual([true, false]);
});

test('of lines each is handed over, those that cannot be read too, each with what it says alone', async () => {
  const second = statement({ subject: [{ name: 'second', digest: { sha256: OTHER_SHA256 } }] });
  const document = lines(
    envelope(statement()),
    '{"broken',
    envelope('{}'),
    { a: 1 },
    envelope(second),
    envelope(statement(), { payloadType: 'application/vnd.acme+json' }),
    envelope(statement(), { payload: 'A' }),
  );
  const { signed } = await handedOver(document);
  expect(forms(signed)).toEqual([
    'envelope /0',
    'unreadable /1',
    'unreadable /2',
    'unreadable /3',
    'envelope /4',
    'envelope /5',
    'unreadable /6',
  ]);
  expect([0, 4].map((at) => statementIn(signed[at]).subjects.map(({ name }) => name))).toEqual([
    ['app.tgz'],
    ['second'],
  ]);
  expect(statementIn(signed[4])).toMatchObject({ subjects_total: 1, facts: { kind: 'provenance', subjects: 1 } });
  expect(signed[5]).toMatchObject({ statement: null });
});

test('statements that are left out of what the document says are handed over all the same', async () => {
  const other = statement({ predicate: provenance('https://builder.example/two') });
  const { signed } = await handedOver(lines(envelope(statement()), envelope(other)));
  expect(signed.map((one) => statementIn(one).facts)).toMatchObject([
    { builder_id: 'https://builder.example/one' },
    { builder_id: 'https://builder.example/two' },
  ]);
});
