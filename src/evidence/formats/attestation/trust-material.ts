// Material that evidence is verified with, and other documents that are not evidence but have a
// name.
import { field, listOf, objectOf, textOf } from '../../../json/fields.ts';
import type { Format, ParsedDocument } from '../../reading.ts';

const opaque = (format: string, version: string | null): ParsedDocument => {
  return { kind: 'opaque', format, version, tool: null, subjects: [], facts: null };
};

const ROOT = 'application/vnd.dev.sigstore.trustedroot';
const CONFIG = 'application/vnd.dev.sigstore.clienttrustconfig';

const sigstoreTrustedRoot: Format<'json'> = {
  shape: 'json',
  name: 'sigstore-trusted-root',
  kind: 'opaque',
  fields: [],
  recognises: ({ value }) => textOf(value, 'mediaType')?.startsWith(ROOT) === true,
  read: ({ value }) => {
    const version = /(?:version=|\.v)([0-9.]{1,20}?)(?:\+json)?$/.exec(textOf(value, 'mediaType') ?? '')?.[1];
    return opaque('sigstore-trusted-root', version ?? null);
  },
};

const sigstoreTrustConfig: Format<'json'> = {
  shape: 'json',
  name: 'sigstore-client-trust-config',
  kind: 'opaque',
  fields: [],
  recognises: ({ value }) => textOf(value, 'mediaType')?.startsWith(CONFIG) === true,
  read: () => opaque('sigstore-client-trust-config', null),
};

const npmKeys: Format<'json'> = {
  shape: 'json',
  name: 'npm-keys',
  kind: 'opaque',
  fields: [],
  recognises: ({ value }) => {
    const [key] = listOf(value, 'keys');
    const inTuf = textOf(key, 'keyId') !== null && textOf(key, 'keyUsage') !== null;
    return inTuf || (textOf(key, 'keyid')?.startsWith('SHA256:') === true && textOf(key, 'key') !== null);
  },
  read: () => opaque('npm-keys', null),
};

const githubSnapshot: Format<'json'> = {
  shape: 'json',
  name: 'github-dependency-snapshot',
  kind: 'opaque',
  fields: [],
  recognises: ({ value }) =>
    ['detector', 'job', 'manifests'].every((name) => objectOf(field(value, name)) !== null) &&
    field(value, 'version') !== undefined,
  read: () => opaque('github-dependency-snapshot', null),
};

const PEM = /^-----BEGIN ([A-Z0-9 ]{1,60})-----\r?\n/;

const pem: Format<'text'> = {
  shape: 'text',
  name: 'pem',
  kind: 'opaque',
  fields: [],
  // PGP's armour looks the same and is something else.
  recognises: ({ text }) => /^-----BEGIN (?!PGP )/.test(text.trimStart().slice(0, 20)) && PEM.test(text.trimStart()),
  read: ({ text }) => opaque('pem', PEM.exec(text.trimStart())?.[1] ?? null),
};

export const TRUST_MATERIAL: readonly (Format<'json'> | Format<'text'>)[] = [
  sigstoreTrustedRoot,
  sigstoreTrustConfig,
  npmKeys,
  githubSnapshot,
  pem,
];
