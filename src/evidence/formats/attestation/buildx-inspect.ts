// The output of `docker buildx imagetools inspect --format '{{json .SBOM}}'` and `'{{json
// .Provenance}}'`: for an image of one platform the document in `SPDX` or `SLSA`, for several
// platforms an object with one of these for each.
import { field, objectOf } from '../../../json/fields.ts';
import { escapePointer } from '../../../json/pointer.ts';
import type { DocumentOf, Format, Note, ParsedDocument } from '../../reading.ts';
import { Unreadable } from '../../unreadable.ts';
import { under, warning } from '../noting.ts';
import { spdxJson } from '../sbom/spdx-json.ts';
import { spdx3JsonLd } from '../sbom/spdx3-jsonld.ts';
import { slsaPredicate } from './slsa-predicate.ts';

const READERS: Readonly<Record<string, readonly Format<'json'>[]>> = {
  SPDX: [spdxJson, spdx3JsonLd],
  SLSA: [slsaPredicate],
};

// Platforms as containerd writes them; those of Windows include their version.
const PLATFORM = /^[a-z0-9]+(?:\([^()/]{1,50}\))?\/[a-z0-9_]+(?:\/[a-z0-9.]+)?$/;

const SYSTEMS = ['linux', 'windows', 'darwin', 'freebsd', 'unknown'];
const MACHINES = ['amd64', 'arm64', 'arm/v5', 'arm/v6', 'arm/v7', '386', 'ppc64le', 's390x', 'riscv64', 'unknown'];

export const buildxInspect: Format<'json'> = {
  shape: 'json',
  name: 'buildx-inspect',
  fields: [
    ...Object.keys(READERS),
    ...SYSTEMS.flatMap((system) => MACHINES.map((machine) => `${system}/${machine}`)),
    ...Object.values(READERS).flatMap((formats) => formats.flatMap(({ fields }) => fields)),
  ],
  recognises: ({ value }) => foundIn(value).length > 0,
  read: readFound,
};

type Found = {
  readonly value: unknown;
  readonly pointer: string;
  readonly format: Format<'json'>;
  /** Whether there are more SBOMs: of build stages, not of the image. */
  readonly hasMore: boolean;
};

function foundIn(value: unknown): Found[] {
  const own = stubOf(value, '');
  if (own !== null) return [own];
  const platforms = Object.entries(objectOf(value) ?? {});
  if (platforms.some(([platform, stub]) => !PLATFORM.test(platform) || objectOf(stub) === null)) return [];
  return platforms.flatMap(([platform, stub]) => stubOf(stub, `/${escapePointer(platform)}`) ?? []);
}

function stubOf(stub: unknown, base: string): Found | null {
  const keys = Object.keys(objectOf(stub) ?? {});
  const name = Object.keys(READERS).find((one) => keys.includes(one));
  if (name === undefined || keys.some((key) => key !== name && key !== 'AdditionalSPDXs')) return null;
  const value = field(stub, name);
  const format = READERS[name]?.find((one) => one.recognises({ shape: 'json', value, text: '' }));
  return format === undefined ? null : { value, pointer: `${base}/${name}`, format, hasMore: keys.length > 1 };
}

// A statement about one platform says nothing about another: if there are several, each has to be
// sent alone.
function readFound({ value }: DocumentOf<'json'>, note: Note): ParsedDocument | Promise<ParsedDocument> {
  const [first, ...others] = foundIn(value);
  if (first === undefined) throw new Error('It is none of buildx');
  const { pointer, format, hasMore } = first;
  if (others.length > 0) {
    const message = `It holds documents of ${others.length + 1} platforms, where one is read at a time: send each alone`;
    throw new Unreadable('several_documents', message, {
      kind: format.kind ?? 'attestation',
      format: 'buildx-inspect',
    });
  }
  if (hasMore)
    note(warning('additional_sboms', 'The SBOMs of the stages of the build are left out', '/AdditionalSPDXs'));
  const document = { shape: 'json', value: first.value, text: JSON.stringify(first.value) } as const;
  return format.read(document, under(note, pointer));
}
