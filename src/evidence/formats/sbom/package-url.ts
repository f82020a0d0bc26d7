// Package URLs, as SBOMs state them: https://github.com/package-url/purl-spec
import type { EvidenceFinding } from '../../../domain/evidence/evidence-facts.ts';

// At least a scheme, a type and a name. The specification asks for `%40acme`; many tools write
// `@acme`, which is accepted too.
const PACKAGE_URL = /^pkg:\/*[a-z][a-z0-9.+-]*\/+(?:@[^/@?#]+\/+)?[^/@?#\s]/i;

/** Whether a text is a package URL. */
export function isPackageUrl(stated: string): boolean {
  return PACKAGE_URL.test(stated);
}

/** The finding about a text in the place of a package URL that is not one. */
export function badPurl(
  stated: string,
  pointer: string | null,
  severity: EvidenceFinding['severity'] = 'warning',
): EvidenceFinding {
  return { code: 'bad_purl', severity, message: `"${stated.slice(0, 100)}" is not a package URL`, pointer };
}
