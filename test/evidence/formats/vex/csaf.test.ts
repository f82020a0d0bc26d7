import { describe, expect, test } from 'vitest';
import { readDocument } from '../../../../src/evidence/read.ts';

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
  vulnerabilities: [vulnerability({ product_status: { fixed: ['P1'] } })],
  ...more,
});
const vulnerability = (more: object = {}) => ({
  cve: 'CVE-2026-1234',
  notes: [{ category: 'description', text: 'An overflow' }],
  ...more,
});
type Finding = { code: string; severity: string; message: string; pointer: string | null };
const tests = ({ findings }: { findings: readonly Finding[] }) =>
  findings.map(({ message, pointer }) => [/test ([0-9.]+)\)$/.exec(message)?.[1], pointer]);

describe('CSAF', () => {
  test('of the category csaf_vex is VEX: a vulnerability counts for each status of its products', async () => {
    const reading = await read(
      csaf({
        product_tree: { full_product_names: [product('P1'), product('P2')] },
        vulnerabilities: [
          vulnerability({
            cve: 'CVE-2026-1111',
            product_status: { fixed: ['P1'], known_affected: ['P2'], first_affected: ['P2'] },
            remediations: [{ category: 'vendor_fix', details: 'Update', product_ids: ['P2'] }],
          }),
          vulnerability({
            cve: 'CVE-2026-2222',
            product_status: { known_not_affected: ['P1'], recommended: ['P2'] },
            flags: [{ label: 'component_not_present', product_ids: ['P1'] }],
          }),
          vulnerability({ cve: 'CVE-2026-3333', product_status: { under_investigation: ['P1'] } }),
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
    const empty = await read(csaf({ vulnerabilities: [vulnerability()] }));
    expect(empty).toMatchObject({ valid: true, findings: [{ code: 'profile', pointer: '/vulnerabilities/0' }] });
  });

  const groups = [{ group_id: 'G1', product_ids: ['P1', 'P2'] }];
  const product_tree = { full_product_names: ['P1', 'P2', 'P3'].map((id) => product(id)), product_groups: groups };
  const vex = (...vulnerabilities: object[]) => read(csaf({ product_tree, vulnerabilities }));

  test('are made of texts alone: what else stands in the place of an id breaks nothing', async () => {
    const odd = [{ toString: 1 }, null, 7, ['P1']];
    const reading = await vex({
      cve: 'CVE-2026-1',
      notes: [{ category: 'description', text: 'x' }],
      product_status: { known_not_affected: odd, known_affected: odd, fixed: odd },
    });
    expect(reading).toMatchObject({ state: 'read', valid: false });
  });

  const impact = { category: 'impact', details: 'Never called' };
  const remedy = { category: 'workaround', details: 'Do not' };

  test.each<[string, object, [string, string][]]>([
    ['notes', { notes: undefined, product_status: { fixed: ['P1'] } }, [['6.1.27.5', '/vulnerabilities/0']]],
    ['a status of VEX', { product_status: { first_fixed: ['P1'] } }, [['6.1.27.7', '/vulnerabilities/0']]],
    ['an id', { cve: undefined, product_status: { fixed: ['P1'] } }, [['6.1.27.8', '/vulnerabilities/0']]],
    [
      'an impact statement',
      { product_status: { known_not_affected: ['P1', 'P3'] }, threats: [{ ...impact, group_ids: ['G1'] }] },
      [['6.1.27.9', '/vulnerabilities/0/product_status/known_not_affected/1']],
    ],
    [
      'a threat of the category impact',
      {
        product_status: { known_not_affected: ['P1'] },
        threats: [{ ...impact, category: 'exploit_status', product_ids: ['P1'] }],
      },
      [['6.1.27.9', '/vulnerabilities/0/product_status/known_not_affected/0']],
    ],
    [
      'an action statement',
      { product_status: { known_affected: ['P3', 'P2'] }, remediations: [{ ...remedy, group_ids: ['G1'] }] },
      [['6.1.27.10', '/vulnerabilities/0/product_status/known_affected/0']],
    ],
  ])('VEX without %s fails a test of its profile', async (_, more, expected) => {
    const reading = await vex(vulnerability(more));
    expect(tests(reading)).toEqual(expected);
    expect(reading.findings).toMatchObject([{ code: 'profile', severity: 'warning' }]);
    expect(reading.valid).toBe(true);
  });

  test('VEX whose statements name products by flag, threat, remediation or group passes', async () => {
    const reading = await vex(
      vulnerability({
        product_status: { known_not_affected: ['P1', 'P2', 'P3'] },
        flags: [{ label: 'component_not_present', group_ids: ['G1'] }],
        threats: [{ ...impact, product_ids: ['P3'] }],
      }),
      vulnerability({
        product_status: { known_affected: ['P1', 'P3'] },
        remediations: [
          { ...remedy, product_ids: ['P3'] },
          { ...remedy, group_ids: ['G1'] },
        ],
      }),
      { ids: [{ system_name: 'Acme', text: 'A-1' }], notes: vulnerability().notes, product_status: { fixed: ['P1'] } },
    );
    expect(reading.findings).toEqual([]);
  });

  test.each<[string, string, object, (string | undefined)[]]>([
    ['a security advisory', 'csaf_security_advisory', { vulnerabilities: [{ title: 'x' }] }, ['6.1.27.5', '6.1.27.6']],
    ['a security advisory', 'csaf_security_advisory', { vulnerabilities: undefined }, ['6.1.27.11']],
    ['an informational advisory', 'csaf_informational_advisory', {}, ['6.1.27.1', '6.1.27.2', '6.1.27.3']],
    ['an incident response', 'csaf_security_incident_response', {}, ['6.1.27.1', '6.1.27.2']],
    ['a document of no profile', 'csaf_base', { vulnerabilities: [{ title: 'x' }] }, []],
  ])('%s is held to its own profile (%s)', async (_, category, more, expected) => {
    const reading = await read(csaf({ document: document({ category }), ...more }));
    expect(tests(reading).map(([number]) => number)).toEqual(expected);
  });

  test('without a product tree fails the tests of the tree and of the ids', async () => {
    const reading = await read(csaf({ product_tree: undefined }));
    expect(tests(reading)).toEqual([
      ['6.1.1', '/vulnerabilities/0/product_status/fixed/0'],
      ['6.1.27.4', '/product_tree'],
    ]);
  });

  test('that names a product or a group that it does not define is invalid, wherever it does', async () => {
    const reading = await read(
      csaf({
        product_tree: {
          ...product_tree,
          product_groups: [...groups, { group_id: 'G2', product_ids: ['P1', 'X1'] }],
          relationships: [
            {
              category: 'installed_on',
              full_product_name: product('P4'),
              product_reference: 'X2',
              relates_to_product_reference: 'P1',
            },
          ],
        },
        vulnerabilities: [
          vulnerability({
            product_status: { fixed: ['P4', 'X3'], recommended: ['X4'] },
            scores: [{ products: ['X5'], cvss_v3: { version: '3.1' } }],
            flags: [{ label: 'component_not_present', product_ids: ['X6'] }],
            threats: [{ ...impact, group_ids: ['G1', 'X7'] }],
            remediations: [{ ...remedy, product_ids: ['X8'] }],
          }),
        ],
      }),
    );
    expect(reading.valid).toBe(false);
    const undefinedOnes = reading.findings.map(({ code, severity, message }) => [
      code,
      severity,
      message.slice(-24, -21),
    ]);
    expect(new Set(undefinedOnes.map(([code, severity]) => `${code} ${severity}`))).toEqual(
      new Set(['undefined_product error', 'undefined_group error']),
    );
    const missing = reading.findings.map(({ message }) => /'(X\d)'/.exec(message)?.[1]).sort();
    expect(missing).toEqual(['X1', 'X2', 'X3', 'X4', 'X5', 'X6', 'X7', 'X8']);
  });

  test('that gives a product contradicting statuses is invalid', async () => {
    const remediations = [{ ...remedy, product_ids: ['P1'] }];
    const contradicting = await vex(
      vulnerability({
        product_status: { known_affected: ['P1'], fixed: ['P1', 'P2'], first_fixed: ['P2'] },
        remediations,
      }),
    );
    expect(contradicting).toMatchObject({
      valid: false,
      findings: [{ code: 'contradicting_status', pointer: '/vulnerabilities/0/product_status/fixed/0' }],
    });
    const recommended = { known_affected: ['P1'], first_affected: ['P1'], recommended: ['P1'] };
    expect((await vex(vulnerability({ product_status: recommended, remediations }))).findings).toEqual([]);
  });

  test('names large groups time and again, and the tests of its profile end', async () => {
    const ids = Array.from({ length: 2_000 }, (_, index) => `P${index}`);
    const flags = [{ label: 'component_not_present', group_ids: ['G'] }];
    const reading = await read(
      csaf({
        product_tree: {
          full_product_names: ids.map((id) => product(id)),
          product_groups: [{ group_id: 'G', product_ids: ids }],
        },
        vulnerabilities: Array.from({ length: 2_000 }, () =>
          vulnerability({ flags, product_status: { known_not_affected: ['P1'] } }),
        ),
      }),
    );
    expect(reading.findings).toMatchObject([{ code: 'profile_not_checked', severity: 'warning' }]);
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
