import { describe, expect, it } from 'vitest';
import {
  type Component,
  countComponents,
  isTimestamp,
  sbomFacts,
  toolOf,
} from '../../../../src/evidence/formats/sbom/sbom-tally.ts';

const rest = {
  knownVersion: true,
  relationships: 0,
  created: null,
  subject: null,
  depends: false,
  author: null,
};
const component = (changes: Partial<Component> = {}): Component => ({
  ref: null,
  name: 'a',
  version: null,
  purl: null,
  licences: [],
  hashed: false,
  supplied: false,
  identified: false,
  ...changes,
});

describe('the tally of an SBOM', () => {
  it('meets no element of NTIA by having no components', () => {
    expect(Object.values(sbomFacts(countComponents([]), rest).ntia)).toEqual(Array(7).fill(false));
  });

  it('keeps the 200 most frequent licences and sums up the others', () => {
    const components = Array.from({ length: 250 }, (_, index) => component({ licences: [`L${index}`, 'MIT'] }));
    const { licences } = sbomFacts(countComponents(components), rest);
    expect(Object.keys(licences)).toHaveLength(201);
    expect(licences).toMatchObject({ MIT: 250, others: 51 });
  });

  it('counts a licence of any name, once for every component', () => {
    const counted = countComponents([component({ licences: ['__proto__', '__proto__'] })]);
    const { licences, with_licence } = sbomFacts(counted, rest);
    expect(Object.entries(licences)).toEqual([['__proto__', 1]]);
    expect(with_licence).toBe(1);
  });
});

describe('the name of a tool', () => {
  it.each([
    ['syft-1.33.0', 'syft', '1.33.0'],
    [' spdx-sbom-generator-0.0.1 ', 'spdx-sbom-generator', '0.0.1'],
    ['protobom-v0.5.1-0.20250101', 'protobom', 'v0.5.1-0.20250101'],
    ['GitHub.com-Dependency-Graph', 'GitHub.com-Dependency-Graph', null],
    ['trivy-dev', 'trivy-dev', null],
    ['syft-', 'syft', null],
  ])('is told from its version in "%s"', (words, name, version) => {
    expect(toolOf(words)).toEqual({ name, version });
  });

  it('is none where it is empty', () => {
    expect(toolOf(' ')).toBeNull();
    expect(toolOf('-')).toBeNull();
  });

  it('is found in one pass over a long text', () => {
    expect(toolOf('-v'.repeat(1_000_000))?.version).toBeNull();
  });
});

describe('a timestamp', () => {
  it.each(['2026-01-31T10:05:00Z', '2026-01-31T10:05:00.123456789Z', '2026-01-31T10:05:00+02:00'])(
    'may be %s',
    (said) => expect(isTimestamp(said)).toBe(true),
  );

  it.each(['', 'redacted', '2026-01-31', '2026-13-31T10:05:00Z', '2026-01-31T10:05:00'])('is not "%s"', (said) =>
    expect(isTimestamp(said)).toBe(false),
  );
});
