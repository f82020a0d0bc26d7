// Patterns of the trust file: one exact text, or the URLs that differ in some segments. No pattern
// means "anyone".
import { compileSegments, MAX_TEXT, type Pattern } from '../domain/pattern.ts';

/**
 * Compiles a pattern: the text itself, or, if it has a `*`, the URLs whose segments match one by
 * one. A `*` stands for one or more letters, digits and `._~+-` of one segment, never for `/` or
 * `@`, and a segment has one at most. Scheme, host and the first segment after it, the owner of
 * everything below, are always exact. Throws an error that says what is wrong with the pattern.
 */
export function compilePattern(pattern: string): Pattern {
  if (!pattern.includes('*')) return (text) => text === pattern;
  const [scheme, empty, host, owner] = pattern.split('/');
  if (scheme === undefined || !/^[a-z][a-z0-9+.-]*:$/.test(scheme) || empty !== '' || !host || !owner)
    throw new Error(
      'may have * in a URL only, such as https://github.com/acme/*/.github/workflows/release.yml@refs/heads/main',
    );
  if ([host, owner].some((part) => part.includes('*')))
    throw new Error('may not have * in its host or the first segment after it: that would be nearly anyone');
  return compileSegments(pattern);
}

// The words among the patterns of refs: every branch and tag, and provenance that names no ref.
const [ANY, UNSTATED] = ['any', 'unstated'];

/**
 * Throws if the text is neither a pattern of branches, tags, or pull and merge requests, nor one of
 * the words.
 */
export function requireRef(pattern: string): void {
  if (pattern !== ANY && pattern !== UNSTATED) compileRef(pattern);
}

/** Whether a ref is trusted; null stands for provenance that names none. */
export type RefRule = (ref: string | null) => boolean;

/**
 * Compiles the refs of a source: patterns such as `refs/heads/main` and `refs/tags/v*`; `any` for
 * every branch and tag; `unstated` for provenance that names none. Refs of pull and merge requests
 * are trusted only if a pattern names them: anyone may open one.
 */
export function compileRefs(refs: readonly string[]): RefRule {
  const patterns = refs.filter((one) => one !== UNSTATED && one !== ANY).map(compileRef);
  if (refs.includes(ANY)) patterns.push((ref) => BRANCH_OR_TAG.test(ref));
  return (ref) =>
    ref === null ? refs.includes(UNSTATED) : isPlainRef(ref) && patterns.some((matches) => matches(ref));
}

function compileRef(pattern: string): Pattern {
  if (!/^refs\/(?:heads|tags|pull|merge-requests)\/[^/]/.test(pattern))
    throw new Error(
      'must begin with refs/heads/, refs/tags/, refs/pull/ or refs/merge-requests/, or be any or unstated',
    );
  return compileSegments(pattern);
}

const BRANCH_OR_TAG = /^refs\/(?:heads|tags)\/./;

// A name that Git does not accept for a ref (git-check-ref-format) could be read as another
// elsewhere.
function isPlainRef(ref: string): boolean {
  if (ref.length > MAX_TEXT || ref.includes('..') || ref.includes('@{') || /[\s\p{Cc}~^:?*[\\\]]/u.test(ref))
    return false;
  return ref.split('/').every((segment) => segment !== '' && !segment.startsWith('.') && !segment.endsWith('.lock'));
}

/**
 * The full refs that a ref in provenance may stand for: itself, or for a short name such as `main`
 * a branch and a tag, and a pull request if it is written like one (`5/merge`, `pull/5`, `PR-5`).
 * All of them must be trusted. `HEAD` and commits name no ref. Never empty.
 */
export function fullRefs(ref: string): (string | null)[] {
  if (/^refs\//i.test(ref)) return [ref];
  if (/^(?:|@|(?:[A-Z]+_)?HEAD)$/.test(ref) || /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/i.test(ref)) return [null];
  return [`refs/heads/${ref}`, `refs/tags/${ref}`, ...requestsOf(ref)];
}

// How CI systems write pull requests, merge requests and changes: GitHub, GitLab, Bitbucket,
// Gerrit, CircleCI and Jenkins.
const REQUESTS: readonly RegExp[] = [
  /^(?:remotes\/)?(?:origin\/)?(?:pulls?|pr|mr|pull-requests?|merge-requests?)\/(\d+(?:\/.*)?)$/i,
  /^(?:remotes\/)?(?:origin\/)?changes\/(\d+\/\d+\/\d+)$/,
  /^(?:PR|MR)-(\d+)$/i,
  /^(\d+\/(?:merge|head|from))$/,
];

function requestsOf(ref: string): string[] {
  return REQUESTS.flatMap((form) => form.exec(ref)?.[1] ?? []).map((request) => `refs/pull/${request}`);
}
