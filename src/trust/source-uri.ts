// Addresses of repositories, in the one form in which they are compared.

/**
 * The address of a repository without what does not tell repositories apart: `git+`, `.git`, a slash at the end, the case of the host. Null
 * for anything but a plain https URL: what looks like another repository than it is cannot be compared.
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
