// Addresses of repositories, in the one form in which they are compared.
import { compilePattern } from './pattern.ts';

/**
 * The address of a repository without what does not distinguish repositories: `git+`, `.git`, a
 * slash at the end, the case of the host. Null for anything but a plain https URL: an address that
 * could be taken for another repository cannot be compared.
 */
export function normalRepository(uri: string): string | null {
  const [, host, path] = /^(?:git\+)?https:\/\/([A-Za-z0-9.-]+)\/([A-Za-z0-9._~/-]+)$/.exec(uri) ?? [];
  if (host === undefined || path === undefined) return null;
  const segments = path
    .replace(/\/$/, '')
    .replace(/\.git$/, '')
    .split('/');
  if (segments.some((one) => one === '' || one === '.' || one === '..')) return null;
  return `https://${host.toLowerCase()}/${segments.join('/')}`;
}

/** Throws if a pattern means no repository that could be compared. */
export function requireRepository(pattern: string): void {
  compilePattern(pattern);
  if (normalRepository(pattern.replaceAll('*', 'x')) === null)
    throw new Error('must be the https URL of a repository, such as https://github.com/acme/payment-api');
}
