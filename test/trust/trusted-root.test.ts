import { describe, expect, it } from 'vitest';
import { rootFaults, trustMaterialOf } from '../../src/trust/trusted-root.ts';
import { FROM, read, root } from './full-file.ts';

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

const without = (what: string, part = 'validFor') =>
  JSON.parse(JSON.stringify(root), (name, value) => {
    if (name !== what) return value;
    const stripped = (one: object): object =>
      Object.fromEntries(
        Object.entries(one)
          .filter(([field]) => field !== part)
          .map(([field, value]) => [field, field === 'publicKey' ? stripped(value) : value]),
      );
    return value.map(stripped);
  });

// Moved to where the authority has it that the library does not look at.
const misplaced = (what: string) => {
  const moved = without(what);
  const validFor = { start: FROM };
  for (const authority of moved[what]) {
    if (authority.publicKey) authority.validFor = validFor;
    else authority.publicKey = { validFor };
  }
  return moved;
};

describe('a trusted root is refused in one line that names the place', () => {
  const badRoot = (trusted_root: unknown) => ({ roots: [{ name: 'acme', trusted_root }] });
  const { publicKey: _, ...keyless } = root.tlogs[0] as { publicKey: object };

  it.each<[what: string, file: unknown, message: RegExp]>([
    ['a trusted root of another type', badRoot({ ...root, mediaType: 'application/json' }), /mediaType$/],
    ['a trusted root without type', badRoot({ ...root, mediaType: undefined }), /mediaType$/],
    ['a log without a key', badRoot({ ...root, tlogs: [{ ...keyless, validFor: { start: FROM } }] }), /cannot be used/],
    ...['tlogs', 'ctlogs', 'certificateAuthorities', 'timestampAuthorities'].flatMap(
      (what): [string, unknown, RegExp][] => [
        [`no validity of ${what}`, badRoot(without(what)), new RegExp(`has no start of validity: ${what}\\.0`)],
        [
          `no start of ${what}`,
          badRoot(JSON.parse(JSON.stringify(root).replaceAll('"start"', '"begin"'))),
          new RegExp(what),
        ],
        [
          `a validity of ${what} where nobody looks`,
          badRoot(misplaced(what)),
          new RegExp(`start of validity: ${what}\\.0`),
        ],
      ],
    ),
    [
      'a start of a root that is no time',
      badRoot(JSON.parse(JSON.stringify(root).replaceAll(/"start":"[^"]*"/g, '"start":"now"'))),
      /has no start/,
    ],
  ])('if it is or has %s', (_, file, message) => {
    expect(() => read(file)).toThrow(message);
    expect(() => read(file)).toThrow(/^[^\r\n]+$/);
  });

  it('unless it is complete', () => {
    expect([...rootFaults(root)]).toEqual([]);
  });
});
