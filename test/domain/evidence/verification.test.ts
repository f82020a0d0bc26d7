import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EvidenceKind } from '../../../src/domain/evidence/evidence-facts.ts';
import {
  type Attestation,
  allPassed,
  CHECK_NAMES,
  type Check,
  type CheckName,
} from '../../../src/domain/evidence/verification.ts';
import { BUILT, failed, held, KEYED, KEYLESS, PROVENANCE_FACTS, SAID } from '../attestations.ts';

type Kind = Attestation['kind'];

// The checks that each kind needs, written out again: dropping one from the source fails here.
const NEEDS: [what: string, kind: Kind, needed: CheckName[]][] = [
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

const passes = (kind: Kind, links: Check[], facts: Attestation['facts'] = null) => allPassed({ kind, links, facts });

describe('the checks of an attestation', () => {
  it('are reported in one order', () => {
    expect(CHECK_NAMES).toEqual([...KEYLESS.slice(0, 2), 'key', ...KEYLESS.slice(2), ...SAID, ...BUILT, 'subject']);
  });
});

describe('an attestation', () => {
  it.each(NEEDS)('of %s passes if every check that it needs was made and passed, in any order', (_, kind, needed) => {
    expect(passes(kind, needed.map(held))).toBe(true);
    expect(passes(kind, needed.toReversed().map(held))).toBe(true);
    expect(passes(kind, [...needed, 'subject' as const].map(held))).toBe(true);
  });

  it.each(NEEDS)('of %s does not pass if any needed check is missing, as if it had failed', (_, kind, needed) => {
    for (const link of needed) {
      const others = needed.filter((one) => one !== link);
      expect(passes(kind, others.map(held)), link).toBe(false);
    }
  });

  it.each(NEEDS)('of %s does not pass if any needed check failed', (_, kind, needed) => {
    for (const link of needed) {
      const links = needed.map((one) => (one === link ? failed(one) : held(one)));
      expect(passes(kind, links), link).toBe(false);
      expect(passes(kind, [...needed.map(held), failed(link)]), `${link}, which also passed`).toBe(false);
    }
  });

  it.each(NEEDS)('of %s does not pass if a check failed that it does not need', (_, kind, needed) => {
    for (const link of CHECK_NAMES) expect(passes(kind, [...needed.map(held), failed(link)]), link).toBe(false);
  });

  it.each(NEEDS)('of %s does not pass if the result of a check is anything but true', (_, kind, needed) => {
    for (const odd of ['true', 1, {}, [true], null, undefined]) {
      for (const link of needed) {
        const links = needed.map((one) => ({ ...held(one), held: one === link ? (odd as never) : true }));
        expect(passes(kind, links), `${link} ${odd}`).toBe(false);
      }
    }
  });

  it.each(EvidenceKind.options)(
    'of the kind %s needs all the checks of a provenance if its facts are those of one',
    (kind) => {
      for (const first of [KEYLESS, KEYED]) {
        const needed = [...first, ...SAID, ...BUILT];
        expect(passes(kind, needed.map(held), PROVENANCE_FACTS)).toBe(true);
        for (const link of needed) {
          const links = needed.filter((one) => one !== link).map(held);
          expect(passes(kind, links, PROVENANCE_FACTS), link).toBe(false);
        }
      }
    },
  );

  it.each(EvidenceKind.options)('of the kind %s does not pass without any check', (kind) => {
    expect(passes(kind, [])).toBe(false);
  });

  it.each(EvidenceKind.options)(
    'of the kind %s does not pass with both a certificate and a key, or neither',
    (kind) => {
      const all = CHECK_NAMES.filter((link) => link !== 'subject');
      expect(passes(kind, all.map(held))).toBe(false);
      for (const both of [[...KEYLESS, ...KEYED], ['signature', 'log', 'timestamp', 'identity'] as const])
        expect(passes(kind, [...both, ...SAID, ...BUILT].map(held))).toBe(false);
    },
  );

  it('never passes by chance: one failed check outweighs all that passed', () => {
    const anyCheck = fc.record({
      link: fc.constantFrom(...CHECK_NAMES),
      held: fc.boolean(),
      code: fc.constant(null),
      detail: fc.constant(null),
    });
    fc.assert(
      fc.property(fc.constantFrom(...EvidenceKind.options), fc.array(anyCheck, { maxLength: 20 }), (kind, links) => {
        if (links.some((one) => !one.held)) expect(passes(kind, links)).toBe(false);
        const [, , needed] = NEEDS.find(
          ([, of, names]) => of === kind && names.every((name) => links.some(({ link }) => link === name)),
        ) ?? ['', kind, null];
        if (needed === null) expect(passes(kind, links)).toBe(false);
      }),
    );
  });
});
