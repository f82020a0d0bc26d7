import { describe, expect, it } from 'vitest';
import { isPackageUrl } from '../../../../src/evidence/formats/sbom/package-url.ts';

describe('a package URL', () => {
  it.each([
    'pkg:npm/left-pad@1.3.0',
    'pkg:npm/%40acme/x@1',
    'pkg:npm/@acme/x@1',
    'pkg:npm/@acme/x',
    'pkg:NPM/lodash@^4.17.21',
    'pkg://npm/left-pad',
    'PKG:npm/a',
    'pkg:golang/github.com/gorilla/context@234fd47e07d1#api',
    'pkg:oci/payment-api@sha256%3Aabc?repository_url=registry.example/acme&tag=1',
    'pkg:deb/debian/libc6@2.31-13+deb11u3?arch=amd64&distro=debian-11',
    'pkg:maven/a/b',
  ])('may be %s', (said) => expect(isPackageUrl(said)).toBe(true));

  it.each([
    '',
    'not-a-purl',
    'pkg:',
    'pkg:npm',
    'pkg:npm/',
    'pkg:invalid',
    'pkg:npm/@1.0.0',
    'pkg:golang/@?type=module',
    'pkg:npm/?a=b',
    'pkg:npm/#api',
    'pkg:npm/@acme/',
    'pkg:npm/@acme/@1',
    'pkg:9/a',
    'pkg:npm/ a',
    ' pkg:npm/a',
    'https://registry.npmjs.org/left-pad',
    'npm/left-pad@1.3.0',
  ])('is not "%s"', (said) => expect(isPackageUrl(said)).toBe(false));

  it('is told from a long text in one pass', () => {
    for (const one of ['pkg:', '/', '@', '@/', 'a']) expect(isPackageUrl(`pkg:${one.repeat(500_000)}`)).toBe(false);
  });
});
