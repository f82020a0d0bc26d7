import { describe, expect, it } from 'vitest';
import { ACTOR_TYPES, ANONYMOUS, storedActor, systemActor } from '../../../src/domain/event/actor.ts';

describe('an actor', () => {
  it('has one of a closed list of types', () => {
    expect(ACTOR_TYPES).toEqual(['anonymous', 'system', 'token', 'oidc']);
    expect(ANONYMOUS).toEqual({ type: 'anonymous', id: 'anonymous', name: 'anonymous' });
    expect(systemActor('reader')).toEqual({ type: 'system', id: 'system:reader', name: 'reader' });
  });

  it('cannot be changed by whoever is handed the shared one', () => {
    expect(() => Object.assign(ANONYMOUS, { name: 'root' })).toThrow(TypeError);
  });
});

describe('the actor of a stored event', () => {
  it('is the one that was stored', () => {
    const actor = systemActor('verifier');
    expect(storedActor(actor)).toBe(actor);
  });

  it('is made of the word that events of earlier versions hold', () => {
    expect(storedActor('anonymous')).toEqual(ANONYMOUS);
    for (const word of ['reader', 'verifier', 'prune']) expect(storedActor(word)).toEqual(systemActor(word));
  });
});
