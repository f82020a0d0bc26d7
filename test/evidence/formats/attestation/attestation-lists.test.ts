import { describe, expect, it } from 'vitest';
import {
  bundle,
  codes,
  envelope,
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

const second = statement({ subject: [{ name: 'second', digest: { sha256: OTHER_SHA256 } }] });
const message = bundle(undefined, {
  messageSignature: {
    messageDigest: { algorithm: 'SHA2_256', digest: Buffer.from(SHA256, 'hex').toString('base64') },
    signature: 'c2ln',
  },
});
const gh = (one: unknown) => ({
  attestation: { bundle: one, bundle_url: '', initiator: '' },
  // What `gh` found, which nobody signed.
  verificationResult: {
    mediaType: 'application/vnd.dev.sigstore.verificationresult+json;version=0.1',
    statement: statement({ predicate: provenance('https://liar.example') }),
    signature: { certificate: { issuer: 'https://liar.example' } },
  },
});

describe('a list of attestations', () => {
  it.each([
    ['bundles in an array', 'sigstore-bundle+array', '0.3', (one: unknown) => bundle(envelope(one)), 'bundle /N'],
    ['envelopes in an array', 'dsse+array', 'application/vnd.in-toto+json', envelope, 'envelope /N'],
    [
      'results of gh',
      'gh-attestation-verify',
      null,
      (one: unknown) => gh(bundle(envelope(one))),
      'bundle /N/attestation/bundle',
    ],
    [
      'entries of the API of GitHub',
      'github-attestations-api',
      null,
      (one: unknown) => ({ bundle: bundle(envelope(one)), repository_id: 1 }),
      'bundle /N/bundle',
    ],
  ] as const)('is read as what is in it: %s', async (_what, format, version, wrap, form) => {
    const document = [wrap(statement()), wrap(second)];
    const reading = await read(document);
    expect(reading).toMatchObject({
      state: 'read',
      kind: 'provenance',
      format,
      version,
      valid: true,
      subjects_total: 2,
      facts: { builder_id: 'https://builder.example/one', subjects: 2 },
    });
    expect(codes(reading)).toEqual([]);
    const { signed } = await handedOver(document);
    expect(forms(signed)).toEqual([form.replace('N', '0'), form.replace('N', '1')]);
    expect(signed.map((one) => statementIn(one).subjects.map(({ name }) => name))).toEqual([['app.tgz'], ['second']]);
    // The same in lines, and one alone in an array.
    const inLines = await read(lines(...document));
    expect({ ...inLines, format: null }).toEqual({ ...reading, format: null });
    expect(await read([wrap(statement())])).toMatchObject({ format, subjects_total: 1 });
  });

  it('is one entry of it, too, as jq takes it out', async () => {
    for (const [document, format, form] of [
      [gh(bundle(envelope(statement()))), 'gh-attestation-verify', 'bundle /attestation/bundle'],
      [{ bundle: bundle(envelope(statement())), repository_id: 1 }, 'github-attestations-api', 'bundle /bundle'],
    ] as const) {
      expect(await read(document)).toMatchObject({ state: 'read', kind: 'provenance', format, subjects_total: 1 });
      expect(forms((await handedOver(document)).signed)).toEqual([form]);
    }
  });

  it('says nothing of what lies beside its bundles', async () => {
    const reading = await read([gh(bundle(envelope(statement())))]);
    expect(JSON.stringify(reading)).not.toContain('liar');
    const none = await read([gh(null)]);
    expect(none).toMatchObject({ state: 'opaque', facts: { kind: 'opaque' } });
    const later = await read([gh(bundle(envelope(statement()))), gh(null)]);
    expect(later).toMatchObject({ kind: 'provenance', subjects_total: 1, valid: false });
    expect(later.findings).toMatchObject([{ code: 'bundle_content', pointer: '/1/attestation/bundle' }]);
  });

  it('may hold bundles and envelopes side by side, and signatures over bytes beside statements', async () => {
    const document = [bundle(envelope(statement())), envelope(second), message];
    for (const [one, format] of [
      [document, 'sigstore-bundle+array'],
      [lines(...document), 'sigstore-bundle+jsonl'],
    ] as const) {
      expect(await read(one)).toMatchObject({ kind: 'provenance', format, subjects_total: 2, valid: true });
      expect(forms((await handedOver(one)).signed)).toEqual(['bundle /0', 'envelope /1', 'message /2']);
    }
    expect(await read([envelope(second), bundle(envelope(statement()))])).toMatchObject({
      format: 'dsse+array',
      version: 'application/vnd.in-toto+json',
      subjects_total: 2,
    });
  });

  it('of signatures over bytes alone is a signature', async () => {
    for (const document of [[message, message], [gh(message)], { attestations: [{ bundle: message }] }])
      expect(await read(document)).toMatchObject({ kind: 'signature', facts: { keyless: true }, valid: true });
  });

  it('never mixes claims, whatever holds them', async () => {
    const other = statement({ predicate: provenance('https://builder.example/two') });
    for (const document of [
      [envelope(statement()), envelope(other)],
      [bundle(envelope(statement())), bundle(envelope(other))],
      [gh(bundle(envelope(statement()))), gh(bundle(envelope(other)))],
    ]) {
      const reading = await read(document);
      expect(reading.facts).toMatchObject({ builder_id: 'https://builder.example/one', subjects: 1 });
      expect(codes(reading)).toEqual(['warning several_provenances']);
    }
  });

  it('with an entry that is neither has an error, and hands it over as unreadable', async () => {
    const document = [envelope(statement()), { a: 1 }, 7, bundle(undefined)];
    const reading = await read(document);
    expect(reading).toMatchObject({ kind: 'provenance', valid: false, subjects_total: 1 });
    expect(reading.findings.map(({ code, pointer }) => [code, pointer])).toEqual([
      ['entry_malformed', '/1'],
      ['entry_malformed', '/2'],
      ['bundle_content', '/3'],
    ]);
    expect(forms((await handedOver(document)).signed)).toEqual([
      'envelope /0',
      'unreadable /1',
      'unreadable /2',
      'unreadable /3',
    ]);
  });

  it('is none where its first entry is neither', async () => {
    for (const document of [[], [[]], [7], [{}], [{ attestation: {} }], [[envelope(statement())]]])
      expect(await read(document)).toMatchObject({ state: 'opaque' });
  });

  it('is unreadable where a field that is used occurs twice', async () => {
    const text = JSON.stringify([gh(bundle(envelope(statement())))]);
    for (const name of ['attestation', 'bundle', 'dsseEnvelope']) {
      const twice = text.replace(`"${name}":`, `"${name}":{},"${name}":`);
      expect(await read(twice)).toMatchObject({ state: 'unreadable', findings: [{ code: 'duplicate_key' }] });
    }
  });
});
