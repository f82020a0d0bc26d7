// The trust policy in one line, for the log.
import { NPM } from './built-in-trust.ts';
import type { TrustPolicy } from './trust-policy.ts';

/** How much is trusted: counts and the digest, no name and no key. */
export function trustInWords({ identities, keys, builders, sources, roots, digest }: TrustPolicy): string {
  const ours = keys.filter(({ name }) => !name.startsWith(NPM));
  const npm = ours.length === keys.length ? '' : ' and those of npm';
  const counts = [
    count(identities, 'identity', 'identities'),
    `${count(ours, 'key', 'keys')}${npm}`,
    count(builders, 'builder', 'builders'),
    count(sources, 'source', 'sources'),
    count(roots, 'root', 'roots'),
  ];
  return `${counts.join(', ')}; digest ${digest}`;
}

const count = ({ length }: readonly unknown[], one: string, many: string) => `${length} ${length === 1 ? one : many}`;
