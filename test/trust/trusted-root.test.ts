import { expect, it } from 'vitest';
import { trustMaterialOf } from '../../src/trust/trusted-root.ts';
import { newInstance } from './signing.ts';

const { root } = await newInstance({ withTimestampAuthority: true });

it('a trusted_root.json is the authorities that it lists, each from its start on', () => {
  const material = trustMaterialOf(root);
  const kinds = ['tlogs', 'ctlogs', 'certificateAuthorities', 'timestampAuthorities'] as const;
  const [{ publicKey }] = root.tlogs as [(typeof root.tlogs)[number]];
  for (const kind of kinds) {
    expect(material[kind]).toHaveLength(1);
    expect(material[kind].map(({ validFor }) => validFor.start)).toEqual([new Date(publicKey.validFor.start)]);
  }
});

it.each([
  ['a log without a key', { ...root, tlogs: [{}] }],
  ['a log whose key is none', { ...root, ctlogs: [{ publicKey: { rawBytes: 'AAAA' }, logId: { keyId: '' } }] }],
  ['a certificate authority without certificates', { ...root, certificateAuthorities: [{}] }],
  [
    'a certificate that is none',
    { ...root, timestampAuthorities: [{ certChain: { certificates: [{ rawBytes: 'AAAA' }] } }] },
  ],
])('a trusted_root.json with %s is none', (_, bad) => {
  expect(() => trustMaterialOf(bad)).toThrow();
});
