// What callers can be allowed to do. Every route declares one of these words, or that it needs
// none.

/** Each permission with its description. The words are API: added, never renamed. */
export const PERMISSIONS = {
  'runs:read': 'Read runs and their manifests',
  'runs:write': 'Create and update runs',
  'artifacts:read': 'Read artifacts and their content',
  'artifacts:write': 'Attach artifacts to runs and upload their content',
  'evidence:read': 'Read evidence reports, and inspect files without storing them',
  'evidence:write': 'Have content read and verified again',
  'packs:read': 'Read disclosure packs',
  'packs:write': 'Create disclosure packs',
  'gate:read': 'Ask the release gate for its verdict',
  'trust:read': 'Read what is trusted',
  'jobs:read': 'Read what waits and what failed in the background',
  'tokens:read': 'Read who has API tokens',
  'tokens:write': 'Create, rotate and revoke API tokens',
} as const;

export type Permission = keyof typeof PERMISSIONS;

export function isPermission(word: string | undefined): word is Permission {
  return word !== undefined && Object.hasOwn(PERMISSIONS, word);
}
