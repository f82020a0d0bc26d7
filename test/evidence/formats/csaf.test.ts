import { describe, expect, test } from 'vitest';
import { readDocument } from '../../../src/evidence/read.ts';

const SHA = 'cd'.repeat(32);
const OTHER = 'ef'.repeat(32);
const read = (value: unknown) => readDocument(Buffer.from(JSON.stringify(value)));
const AT = '2026-01-31T10:05:00Z';
const document = (more: object = {}) => ({
  category: 'csaf_vex',
  csaf_version: '2.0',
  title: 'Overflow in libfoo',
  publisher: { category: 'vendor', name: 'Acme', namespace: 'https://acme.example' },
  tracking: {
    id: 'ACME-1',
    status: 'final',
    version: '1',
    initial_release_date: '2026-01-01T00:00:00Z',
    current_release_date: AT,
    revision_history: [{ date: AT, number: '1', summary: 'First' }],
    generator: { engine: { name: 'Secvisogram', version: '2.5.0' } },
  },
  ...more,
});
const product = (id: string, helper?: object) => ({
  name: `The product ${id}`,
  product_id: id,
  ...(helper && { product_identification_helper: helper }),
});
const csaf = (more: object = {}) => ({
  document: document(),
  product_tree: { full_product_names: [product('P1')] },
  vulnerabilities: [{ cve: 'CVE-2026-1234', product_status: { fixed: ['P1'] } }],
  ...more,
});

describe('CSAF', () => {
  test('of the category csaf_vex is VEX: a vulnerability counts for each status of its products', async () => {
    const reading = await read(
      csaf({
        product_tree: { full_product_names: [product('P1'), product('P2')] },
        vulnerabilities: [
          { cve: 'CVE-2026-1111', product_status: { fixed: ['P1'], known_affected: ['P2'], first_affected: ['P2'] } },
          { cve: 'CVE-2026-2222', product_status: { known_not_affected: ['P1'], recommended: ['P2'] } },
          { cve: 'CVE-2026-3333', product_status: { under_investigation: ['P1'] } },
        ],
      }),
    );
    expect(reading).toMatchObject({
      state: 'read',
      valid: true,
      kind: 'vex',
      format: 'csaf',
      version: '2.0:csaf_vex',
      tool: { name: 'Secvisogram', version: '2.5.0' },
      facts: {
        kind: 'vex',
        statements: 3,
        by_status: { fixed: 1, affected: 1, not_affected: 1, under_investigation: 1 },
        author: 'Acme',
        created: AT,
      },
    });
    expect(reading.findings).toEqual([]);
  });

  test('of any other category is an advisory', async () => {
    const reading = await read(csaf({ document: document({ category: 'csaf_security_advisory' }) }));
    expect(reading).toMatchObject({ valid: true, kind: 'advisory', version: '2.0:csaf_security_advisory' });
    expect(reading.facts).toEqual({
      kind: 'advisory',
      category: 'csaf_security_advisory',
      title: 'Overflow in libfoo',
      publisher: 'Acme',
      vulnerabilities: 1,
      created: AT,
    });
  });

  test('names its products wherever they are, one subject for each file of them', async () => {
    const file = (value: string) => ({ filename: 'f.bin', file_hashes: [{ algorithm: 'SHA256', value }] });
    const reading = await read(
      csaf({
        product_tree: {
          full_product_names: [product('P1', { hashes: [file(SHA), file(OTHER)] })],
          branches: [
            {
              category: 'vendor',
              name: 'Acme',
              branches: [
                { category: 'product_name', name: 'a', product: product('P2', { purl: `pkg:oci/a@sha256:${SHA}` }) },
                { category: 'product_name', name: 'b', product: product('P3') },
              ],
            },
          ],
          relationships: [
            {
              category: 'installed_on',
              full_product_name: product('P4'),
              product_reference: 'P2',
              relates_to_product_reference: 'P3',
            },
          ],
        },
      }),
    );
    expect(reading.valid).toBe(true);
    expect(reading.subjects).toEqual([
      { name: 'P1', digests: { sha256: SHA } },
      { name: 'P1', digests: { sha256: OTHER } },
      { name: 'P2', digests: { sha256: SHA } },
      { name: 'P3', digests: {} },
      { name: 'P4', digests: {} },
    ]);
  });

  test('of an unknown version is named with its category, and no schema is applied to it', async () => {
    const reading = await read(csaf({ document: document({ csaf_version: '2.1', title: 5 }) }));
    expect(reading).toMatchObject({ state: 'read', kind: 'vex', version: '2.1:csaf_vex', valid: false });
    expect(reading.findings.map(({ code }) => code)).toEqual(['unknown_version']);
  });

  test('is held to its schema, by which a score is of one of three versions', async () => {
    const broken = await read(csaf({ document: document({ title: 5 }) }));
    expect(broken.findings).toContainEqual(
      expect.objectContaining({ code: 'schema', severity: 'error', pointer: '/document/title' }),
    );
    const scored = (version: string) =>
      read(
        csaf({
          vulnerabilities: [
            {
              cve: 'CVE-2026-1234',
              product_status: { fixed: ['P1'] },
              scores: [{ products: ['P1'], cvss_v3: { version } }],
            },
          ],
        }),
      );
    expect((await scored('3.1')).valid).toBe(true);
    expect((await scored('9.9')).valid).toBe(false);
  });

  test('takes and refuses CPE names as its schema does, without taking for ever over a bad one', async () => {
    const named = (cpe: string) => csaf({ product_tree: { full_product_names: [product('P1', { cpe })] } });
    for (const cpe of [
      'cpe:2.3:a:acme:app:1.0:-:*:*:*:*:*:*',
      'cpe:2.3:a:?acme?:*app*:1\\:0:a-b:*:en-us:*:*:*:-',
      'cpe:/a:acme:app:1.0',
    ])
      expect((await read(named(cpe))).valid, cpe).toBe(true);
    for (const cpe of ['cpe:2.3:a:acme', 'cpe:2.3:a:a:a:a:a:a:english:a:a:a:a', 'cpe:2.3:x:a:a:a:a:a:en:a:a:a:a', '?'])
      expect((await read(named(cpe))).valid, cpe).toBe(false);
    const bad = `cpe:2.3:a:${'-:'.repeat(5)}en${':-'.repeat(4)}!`;
    const many = Array.from({ length: 20_000 }, (_, index) => product(`P${index}`, { cpe: bad }));
    expect((await read(csaf({ product_tree: { full_product_names: many } }))).valid).toBe(false);
  });

  test('does not run out of stack over a very long name', async () => {
    const reading = await read(csaf({ document: document({ lang: `en${'-aaaaa'.repeat(1_000_000)}` }) }));
    expect(reading).toMatchObject({ state: 'read', valid: false });
    expect(reading.findings[0]).toMatchObject({ code: 'schema', pointer: '/document/lang' });
  });

  test('warns of VEX that says nothing', async () => {
    const none = await read(csaf({ vulnerabilities: undefined }));
    expect(none).toMatchObject({ valid: true, findings: [{ code: 'profile', severity: 'warning' }] });
    const empty = await read(csaf({ vulnerabilities: [{ cve: 'CVE-2026-1234' }] }));
    expect(empty).toMatchObject({ valid: true, findings: [{ code: 'profile', pointer: '/vulnerabilities/0' }] });
  });

  test('with anything anywhere is never more than invalid', async () => {
    for (const value of [null, 0, '', 'x', [], [[]], {}, [null], [{}], ['x'], { length: 3 }]) {
      for (const key of ['product_tree', 'vulnerabilities'])
        expect((await read(csaf({ [key]: value }))).state).toBe('read');
      for (const key of ['title', 'publisher', 'tracking', 'category'])
        expect((await read(csaf({ document: document({ [key]: value }) }))).state).toBe('read');
      for (const key of ['full_product_names', 'branches', 'relationships'])
        expect((await read(csaf({ product_tree: { [key]: value } }))).state).toBe('read');
      for (const key of ['hashes', 'purl', 'cpe']) {
        const product_tree = { full_product_names: [product('P1', { [key]: value })] };
        expect((await read(csaf({ product_tree }))).state).toBe('read');
      }
    }
  });
});
