// The trusted root of the public Sigstore instance and the keys of npm, as the package of
// Sigstore's TUF client ships them: nothing is fetched.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { objectsIn, textOf } from '../json/fields.ts';
import { jsonValue } from '../json/value.ts';

/** The name of the public instance in the trust file. */
export const PUBLIC_GOOD = 'public-good';

/** How the names of the keys of npm begin. */
export const NPM = 'npm-registry';

const REPOSITORY = 'https://tuf-repo-cdn.sigstore.dev';

/** The trusted_root.json of the public instance, a new object for each call. */
export function publicGoodRoot(): Record<string, unknown> {
  return target('trusted_root.json');
}

export type NpmKey = { readonly pem: string; readonly valid_from: string; readonly valid_until: string | null };

/** The keys with which the npm registry signs its publish attestations. */
export function npmKeys(): NpmKey[] {
  const attesting = objectsIn(target('registry.npmjs.org%2Fkeys.json'), 'keys').filter(
    (key) => textOf(key, 'keyUsage') === 'npm:attestations',
  );
  return attesting.map((key) => ({
    pem: `-----BEGIN PUBLIC KEY-----\n${textOf(key, 'publicKey', 'rawBytes')}\n-----END PUBLIC KEY-----\n`,
    valid_from: textOf(key, 'publicKey', 'validFor', 'start') ?? '',
    valid_until: textOf(key, 'publicKey', 'validFor', 'end'),
  }));
}

function target(name: string): Record<string, unknown> {
  const seeds = jsonValue(readFileSync(createRequire(import.meta.url).resolve('@sigstore/tuf/seeds.json'), 'utf8'));
  const base64 = textOf(seeds, REPOSITORY, 'targets', name);
  if (base64 === null) throw new Error(`The package @sigstore/tuf has no ${name}`);
  return jsonValue(Buffer.from(base64, 'base64').toString('utf8')) as Record<string, unknown>;
}
