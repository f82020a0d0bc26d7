// The actor of an event: who caused it.

/**
 * Kinds of actors. They are API: added, never renamed. The id of a `token` is that of the API token,
 * that of an `oidc` is the issuer and subject of the ID token, with a space between them.
 */
export const ACTOR_TYPES = ['anonymous', 'system', 'token', 'oidc'] as const;

export type Actor = {
  readonly type: (typeof ACTOR_TYPES)[number];
  /** Unique among the actors of a tenant. Stored in events, so it never changes. */
  readonly id: string;
  /** For people to read. */
  readonly name: string;
};

/** A caller who is not identified. */
export const ANONYMOUS: Actor = Object.freeze({ type: 'anonymous', id: 'anonymous', name: 'anonymous' });

/** Maestro itself: a background job or a command. */
export function systemActor(name: string): Actor {
  return { type: 'system', id: `system:${name}`, name };
}

/**
 * The actor of a stored event. Events of earlier versions hold one word: `anonymous`, or the name
 * of a job or command.
 */
export function storedActor(stored: Actor | string): Actor {
  if (typeof stored !== 'string') return stored;
  return stored === ANONYMOUS.id ? ANONYMOUS : systemActor(stored);
}
