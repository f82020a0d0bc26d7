import { describe, expect, it } from 'vitest';
import { AttestationReport, attestationReport } from '../../../src/domain/evidence/verification-report.ts';
import { anAttestation, failed, held, KEYLESS, SAID, SIGNER } from '../attestations.ts';

const SHA256 = 'b'.repeat(64);

describe('the report of an attestation in its run', () => {
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

  it('has every check, and the last is about its subject', () => {
    const one = anAttestation(SHA256);
    const bound = attestationReport(one, false, ['bundle', 'copy']);
    expect(bound.links.slice(0, -1)).toEqual(one.links);
    expect(bound.links.at(-1)).toMatchObject({ link: 'subject', held: true, code: null });
    expect(bound.links.at(-1)?.detail).toContain('2 artifact(s)');
    const unbound = attestationReport(one, false, []);
    expect(unbound.links.at(-1)).toMatchObject({ link: 'subject', held: false, code: 'unbound' });
    expect(unbound.about).toEqual([]);
  });

  it('says who signed it and when, and leaves out what the reading has', () => {
    const { facts: _, tool: __, subjects: ___, subjects_total: ____, links: _____, ...shown } = anAttestation(SHA256);
    const {
      state: ______,
      links: _______,
      about: ________,
      ...rest
    } = attestationReport(anAttestation(SHA256), false, ['bundle']);
    expect(rest).toEqual(shown);
    expect(rest.signers).toEqual([SIGNER]);
  });

  it('names the first 100 artifacts that it is about, and counts all', () => {
    const named = Array.from({ length: 101 }, (_, index) => `a${index}`);
    const { about, links } = attestationReport(anAttestation(SHA256), false, named);
    expect(about).toEqual(named.slice(0, 100));
    expect(links.at(-1)?.detail).toContain('101 artifact(s)');
  });
});
