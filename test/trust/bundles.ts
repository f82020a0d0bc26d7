// Sigstore bundles of instances of our own, and ways to change them.
import { type DsseBundle, githubProvenance, newInstance } from './signing.ts';
import { ARTIFACT, outcome, REPOSITORY, releaseTrust, SIGNER, verifiedOne } from './trusted.ts';

export const STATEMENT = githubProvenance(REPOSITORY, ARTIFACT);
export const [plain, stamped, stranger] = [
  await newInstance(),
  await newInstance({ withTimestampAuthority: true }),
  await newInstance({ withTimestampAuthority: true }),
];
export const bundle = await plain.signStatement(STATEMENT, SIGNER);
export const stampedBundle = await stamped.signStatement(STATEMENT, SIGNER);
export const TRUST = releaseTrust(plain.root);

export const outcomeOf = async (document: unknown, trust: object = TRUST) =>
  outcome(await verifiedOne(document, trust));
export const entryOf = ({ verificationMaterial }: DsseBundle) => verificationMaterial.tlogEntries[0] as Entry;
export type Entry = DsseBundle['verificationMaterial']['tlogEntries'][number];

/** A bundle with other material to verify it with. */
export const withMaterial = (changes: object, one: DsseBundle = bundle) => ({
  ...one,
  verificationMaterial: { ...one.verificationMaterial, ...changes },
});
type Changes = { [Name in keyof Entry]?: Entry[Name] | undefined };
export const withEntry = (changes: Changes, one: DsseBundle = bundle) =>
  withMaterial({ tlogEntries: [{ ...entryOf(one), ...changes }] }, one);

/** Base64 with one bit of its last byte but one flipped. */
export function flipped(base64: string): string {
  const bytes = Buffer.from(base64, 'base64');
  const at = bytes.length - 2;
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  return bytes.toString('base64');
}
