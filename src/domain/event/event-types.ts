// The names of all event types, joined from the lists of their owners.

/**
 * All types, in the order of the lists. Throws where a type comes twice: a reader of the log could
 * not know which owner's payload it holds.
 */
export function joinEventTypes<Type extends string>(...lists: readonly (readonly Type[])[]): readonly Type[] {
  const types = lists.flat();
  const twice = types.find((type, index) => types.indexOf(type) !== index);
  if (twice !== undefined) throw new Error(`The event type '${twice}' is declared twice`);
  return types;
}
