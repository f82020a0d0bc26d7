// What the document says of callers: the credential that an operation needs, and the permission.
import { IDENTIFIED, NO_PERMISSION } from '../http/route-permissions.ts';

const BEARER = 'bearer';

/** The one kind of credential, for generators of clients and for the page at `/docs`. */
export const SECURITY_SCHEMES = {
  [BEARER]: {
    type: 'http',
    scheme: 'bearer',
    description:
      'An API token of Maestro (`mst_...`), or the ID token of a CI job. A server with `AUTH=required` needs one; ' +
      'with `AUTH=none`, or unset on your own machine, it needs none.',
  },
} as const;

type Described = { readonly description?: string };

/** The security of an operation whose route declares `permission`, and what its description adds about it. */
export function callerNeeds(permission: string | undefined, { description }: Described) {
  if (permission === undefined || permission === NO_PERMISSION) return { security: [] };
  return { security: [{ [BEARER]: [] }], description: [description, inWords(permission)].filter(Boolean).join(' ') };
}

const inWords = (permission: string) =>
  permission === IDENTIFIED ? 'Needs a known caller, and no permission.' : `Needs the permission \`${permission}\`.`;
