import { describe, expect, test } from 'vitest';
import { readDocument } from '../../../../src/evidence/read.ts';

const SHA = 'ab'.repeat(32);
const read = (value: unknown) => readDocument(Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)));
const statement = (more: object = {}) => ({
  vulnerability: { name: 'CVE-2026-1' },
  products: [{ '@id': 'pkg:npm/app@1.0.0' }],
  status: 'fixed',
  ...more,
});
const vex = (more: object = {}) => ({
  '@context': 'https://openvex.dev/ns/v0.2.0',
  '@id': 'https://acme.example/vex/1',
  author: 'Acme',
  timestamp: '2026-01-31T10:05:00Z',
  version: 1,
  statements: [statement()],
  ...more,
});
const hostile = [null, 0, true, '', 'x', [], [[]], {}, [null], [{}], { __proto__: 1 }, { length: 3 }, ['x'], 1e308];

describe('OpenVEX', () => {
  test('is read with its statements by status', async () => {
    const statements = [statement(), statement({ vulnerability: { name: 'CVE-2026-2' } })];
    const reading = await read(
      vex({
        tooling: 'vexctl',
        statements: [
          ...statements,
          statement({ status: 'not_affected', justification: 'component_not_present' }),
          statement({ status: 'affected', action_statement: 'Update' }),
        ],
      }),
    );
    expect(reading).toMatchObject({
      state: 'read',
      valid: true,
      kind: 'vex',
      format: 'openvex',
      version: '0.2.0',
      tool: { name: 'vexctl', version: null },
      facts: {
        kind: 'vex',
        statements: 4,
        by_status: { fixed: 2, not_affected: 1, affected: 1 },
        author: 'Acme',
        created: '2026-01-31T10:05:00Z',
      },
    });
    expect(reading.findings).toEqual([]);
  });

  test('names each product once, with hashes as they stand and the digest in the package URL of an image', async () => {
    const products = [
      { '@id': 'app', hashes: { 'sha-256': SHA.toUpperCase(), md5: 'no hex', 'sha-512': 5 } },
      { '@id': `pkg:oci/app@sha256%3A${SHA}?arch=amd64` },
      { identifiers: { purl: `pkg:oci/other@sha256:${SHA}` } },
      { '@id': 'pkg:npm/app@1.0.0' },
      { '@id': 'pkg:npm/app@1.0.0', subcomponents: [{ '@id': 'pkg:npm/inner@1' }] },
    ];
    const reading = await read(vex({ statements: [statement({ products }), statement()] }));
    expect(reading.subjects).toEqual([
      { name: 'app', digests: { sha256: SHA.toUpperCase(), md5: 'no hex' } },
      { name: `pkg:oci/app@sha256%3A${SHA}?arch=amd64`, digests: { sha256: SHA } },
      { name: `pkg:oci/other@sha256:${SHA}`, digests: { sha256: SHA } },
      { name: 'pkg:npm/app@1.0.0', digests: {} },
    ]);
  });

  test('without a version in its context is 0.0.x, and its products are texts', async () => {
    const reading = await read(
      vex({ '@context': 'https://openvex.dev/ns', statements: [statement({ products: [`pkg:oci/a@sha256:${SHA}`] })] }),
    );
    expect(reading).toMatchObject({ version: '0.0.x', subjects_total: 1 });
    expect(reading.subjects[0]?.digests).toEqual({ sha256: SHA });
  });

  const flat = (more: object = {}, statementMore: object = {}) => ({
    ...vex(),
    '@context': 'https://openvex.dev/ns/v0.0.1',
    role: 'Maintainer',
    version: '1',
    statements: [
      { vulnerability: 'CVE-2026-1', products: ['pkg:apk/wolfi/git@2.39.0'], status: 'fixed', ...statementMore },
    ],
    ...more,
  });

  test.each(['https://openvex.dev/ns/v0.0.1', 'https://openvex.dev/ns'])(
    'whose version, vulnerabilities and products are texts is valid by the rules of 0.0.1 (%s)',
    async (context) => {
      const reading = await read(flat({ '@context': context }, { subcomponents: ['pkg:apk/wolfi/zlib@1'] }));
      expect(reading).toMatchObject({ valid: true, findings: [], facts: { statements: 1, by_status: { fixed: 1 } } });
      expect(reading.facts).not.toHaveProperty('disqualified');
    },
  );

  test.each<[string, object, string]>([
    ['a number for a version', flat({ version: 1 }), '/version'],
    [
      'an object for a vulnerability',
      flat({}, { vulnerability: { name: 'CVE-2026-1' } }),
      '/statements/0/vulnerability',
    ],
    ['an object for a product', flat({}, { products: [{ '@id': 'pkg:npm/a@1' }] }), '/statements/0/products/0'],
    ['no reason why not affected', flat({}, { status: 'not_affected' }), '/statements/0'],
    ['no action where affected', flat({}, { status: 'affected' }), '/statements/0'],
    ['no role of the author', flat({ role: undefined }), ''],
  ])('0.0.1 with %s has a fault', async (_, document, pointer) => {
    const reading = await read(document);
    expect(reading).toMatchObject({ version: '0.0.1', valid: false });
    expect(reading.findings).toContainEqual(expect.objectContaining({ code: 'schema', pointer }));
  });

  test('of an unknown version is named, and no schema is applied to it', async () => {
    const reading = await read(vex({ '@context': 'https://openvex.dev/ns/v9.1.0', version: 'two' }));
    expect(reading).toMatchObject({ state: 'read', format: 'openvex', version: '9.1.0', valid: false });
    expect(reading.findings.map(({ code }) => code)).toEqual(['unknown_version']);
  });

  test.each([
    ['no statements', { statements: [] }, '/statements'],
    ['no author', { author: undefined }, ''],
    ['a version that is text', { version: '1' }, '/version'],
    ['statements that are none', { statements: ['CVE-2026-1'] }, '/statements/0'],
    ['a status of its own', { statements: [statement({ status: 'harmless' })] }, '/statements/0/status'],
    ['no reason why not affected', { statements: [statement({ status: 'not_affected' })] }, '/statements/0'],
    ['no action where affected', { statements: [statement({ status: 'affected' })] }, '/statements/0'],
    ['the same statement twice', { statements: [statement(), statement()] }, '/statements'],
    [
      'a flat vulnerability',
      { statements: [statement({ vulnerability: 'CVE-2026-1' })] },
      '/statements/0/vulnerability',
    ],
    ['a field of its own', { statements: [statement({ verdict: 'fine' })] }, '/statements/0'],
  ])('with %s is read and has a fault', async (_, more, pointer) => {
    const reading = await read(vex(more));
    expect(reading).toMatchObject({ state: 'read', kind: 'vex', version: '0.2.0', valid: false });
    expect(reading.findings).toContainEqual(expect.objectContaining({ code: 'schema', severity: 'error', pointer }));
  });

  test('counts statuses that there are none of as other', async () => {
    const statements = [
      statement({ status: 'harmless' }),
      statement({ status: 7 }),
      statement({ status: '__proto__' }),
    ];
    expect((await read(vex({ statements }))).facts).toMatchObject({ statements: 3, by_status: { other: 3 } });
  });

  test('that states a field twice is not understood', async () => {
    const text = JSON.stringify(vex()).replace('"status":"fixed"', '"status":"affected","status":"fixed"');
    expect(await read(text)).toMatchObject({
      state: 'unreadable',
      valid: false,
      findings: [{ code: 'duplicate_key' }],
    });
  });

  test('with anything anywhere is never more than invalid', async () => {
    for (const value of hostile) {
      for (const key of ['statements', 'author', 'timestamp', 'tooling', 'version'])
        expect((await read(vex({ [key]: value }))).state).toBe('read');
      for (const key of ['products', 'status', 'vulnerability'])
        expect((await read(vex({ statements: [statement({ [key]: value })] }))).state).toBe('read');
      for (const key of ['@id', 'identifiers', 'hashes'])
        expect((await read(vex({ statements: [statement({ products: [{ [key]: value }] })] }))).state).toBe('read');
    }
  });

  test('is not what has another context', async () => {
    for (const context of ['https://openvex.dev/nsx', 'https://schema.org', '', 5, ['https://schema.org']])
      expect((await read(vex({ '@context': context }))).state).toBe('opaque');
  });
});
