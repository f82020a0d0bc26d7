import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EvidenceKind } from '../../../src/domain/evidence/evidence-facts.ts';
import {
  type Attestation,
  AttestationReport,
  allPassed,
  attestationReport,
  CHECK_NAMES,
  type Check,
  type CheckName,
} from '../../../src/domain/evidence/verification.ts';
import { anAttestation, BUILT, failed, held, KEYED, KEYLESS, PROVENANCE_FACTS, SAID, SIGNER } from '../attestations.ts';

type Kind = Attestation['kind'];

// What each kind of thing needs, spelt out once more: whoever drops a link from the source drops it here too, or fails.
const CHAINS: [what: string, kind: Kind, needed: CheckName[]][] = [
  ['a signature by a certificate', 'signature', [...KEYLESS]],
  ['a signature by a key', 'signature', [...KEYED]],
  ['a provenance by a certificate', 'provenance', [...KEYLESS, ...SAID, ...BUILT]],
  ['a provenance by a key', 'provenance', [...KEYED, ...SAID, ...BUILT]],
  ...EvidenceKind.options
    .filter((kind) => kind !== 'signature' && kind !== 'provenance')
    .flatMap((kind): [string, Kind, CheckName[]][] => [
      [`one of kind ${kind} by a certificate`, kind, [...KEYLESS, ...SAID]],
      [`one of kind ${kind} by a key`, kind, [...KEYED, ...SAID]],
    ]),
];

const whole = (kind: Kind, links: Check[], facts: Attestation['facts'] = null) => allPassed({ kind, links, facts });

describe('the links of a chain', () => {
  it('are told in one order', () => {
    expect(CHECK_NAMES).toEqual([...KEYLESS.slice(0, 2), 'key', ...KEYLESS.slice(2), ...SAID, ...BUILT, 'subject']);
  });
});

describe('a chain', () => {
  it.each(CHAINS)('of %s is whole where all that it needs was checked and held, in any order', (_, kind, needed) => {
    expect(whole(kind, needed.map(held))).toBe(true);
    expect(whole(kind, needed.toReversed().map(held))).toBe(true);
    expect(whole(kind, [...needed, 'subject' as const].map(held))).toBe(true);
  });

  it.each(CHAINS)(
    'of %s is not whole where any one of them is missing, which is as if it had failed',
    (_, kind, needed) => {
      for (const link of needed) {
        const others = needed.filter((one) => one !== link);
        expect(whole(kind, others.map(held)), link).toBe(false);
      }
    },
  );

  it.each(CHAINS)('of %s is not whole where any one of them did not hold', (_, kind, needed) => {
    for (const link of needed) {
      const links = needed.map((one) => (one === link ? failed(one) : held(one)));
      expect(whole(kind, links), link).toBe(false);
      expect(whole(kind, [...needed.map(held), failed(link)]), `${link}, which held too`).toBe(false);
    }
  });

  it.each(CHAINS)('of %s is not whole where a link did not hold that it does not need', (_, kind, needed) => {
    for (const link of CHECK_NAMES) expect(whole(kind, [...needed.map(held), failed(link)]), link).toBe(false);
  });

  it.each(CHAINS)('of %s is not whole where a link is anything but held', (_, kind, needed) => {
    for (const odd of ['true', 1, {}, [true], null, undefined]) {
      for (const link of needed) {
        const links = needed.map((one) => ({ ...held(one), held: one === link ? (odd as never) : true }));
        expect(whole(kind, links), `${link} ${odd}`).toBe(false);
      }
    }
  });

  it.each(EvidenceKind.options)(
    'of one of kind %s needs all that a provenance does where its facts are those of one',
    (kind) => {
      for (const first of [KEYLESS, KEYED]) {
        const needed = [...first, ...SAID, ...BUILT];
        expect(whole(kind, needed.map(held), PROVENANCE_FACTS)).toBe(true);
        for (const link of needed) {
          const links = needed.filter((one) => one !== link).map(held);
          expect(whole(kind, links, PROVENANCE_FACTS), link).toBe(false);
        }
      }
    },
  );

  it.each(EvidenceKind.options)('of one of kind %s is not whole where there is no link', (kind) => {
    expect(whole(kind, [])).toBe(false);
  });

  it.each(EvidenceKind.options)(
    'of one of kind %s is not whole with both a certificate and a key, or neither',
    (kind) => {
      const all = CHECK_NAMES.filter((link) => link !== 'subject');
      expect(whole(kind, all.map(held))).toBe(false);
      for (const both of [[...KEYLESS, ...KEYED], ['signature', 'log', 'timestamp', 'identity'] as const])
        expect(whole(kind, [...both, ...SAID, ...BUILT].map(held))).toBe(false);
    },
  );

  it('is never whole by chance: whatever holds, one that did not outweighs it', () => {
    const anyLink = fc.record({
      link: fc.constantFrom(...CHECK_NAMES),
      held: fc.boolean(),
      code: fc.constant(null),
      detail: fc.constant(null),
    });
    fc.assert(
      fc.property(fc.constantFrom(...EvidenceKind.options), fc.array(anyLink, { maxLength: 20 }), (kind, links) => {
        if (links.some((one) => !one.held)) expect(whole(kind, links)).toBe(false);
        const [, , needed] = CHAINS.find(
          ([, of, names]) => of === kind && names.every((name) => links.some(({ link }) => link === name)),
        ) ?? ['', kind, null];
        if (needed === null) expect(whole(kind, links)).toBe(false);
      }),
    );
  });
});

const SHA256 = 'b'.repeat(64);

describe('how an attestation stands in its run', () => {
  const broken = anAttestation(SHA256, { links: [failed('signature')] });

  it.each([
    ['verified', anAttestation(SHA256), false, ['bundle']],
    ['unbound', anAttestation(SHA256), false, []],
    ['refused', broken, false, ['bundle']],
    ['refused', broken, false, []],
    ['refused', anAttestation(SHA256, { links: [] }), false, ['bundle']],
    [
      'refused',
      anAttestation(SHA256, { kind: 'attestation', links: [...KEYLESS, ...SAID].map(held) }),
      false,
      ['bundle'],
    ],
    ['stale', anAttestation(SHA256), true, ['bundle']],
    ['stale', anAttestation(SHA256), true, []],
    ['stale', broken, true, ['bundle']],
  ] as const)('is %s', (state, one, isStale, named) => {
    const report = attestationReport(one, isStale, named);
    expect(report.state).toBe(state);
    expect(AttestationReport.parse(report)).toEqual(report);
  });

  it('is told with every link of its chain, and the last is what it is about', () => {
    const one = anAttestation(SHA256);
    const bound = attestationReport(one, false, ['bundle', 'copy']);
    expect(bound.links.slice(0, -1)).toEqual(one.links);
    expect(bound.links.at(-1)).toMatchObject({ link: 'subject', held: true, code: null });
    expect(bound.links.at(-1)?.detail).toContain('2 artifact(s)');
    const unbound = attestationReport(one, false, []);
    expect(unbound.links.at(-1)).toMatchObject({ link: 'subject', held: false, code: 'unbound' });
    expect(unbound.about).toEqual([]);
  });

  it('is told with who signed it when, and without what the reading tells', () => {
    const { facts: _, tool: __, subjects: ___, subjects_total: ____, links: _____, ...told } = anAttestation(SHA256);
    const {
      state: ______,
      links: _______,
      about: ________,
      ...rest
    } = attestationReport(anAttestation(SHA256), false, ['bundle']);
    expect(rest).toEqual(told);
    expect(rest.signers).toEqual([SIGNER]);
  });

  it('names the first 100 artifacts that it is about, and counts all', () => {
    const named = Array.from({ length: 101 }, (_, index) => `a${index}`);
    const { about, links } = attestationReport(anAttestation(SHA256), false, named);
    expect(about).toEqual(named.slice(0, 100));
    expect(links.at(-1)?.detail).toContain('101 artifact(s)');
  });
});
