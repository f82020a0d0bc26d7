/**
 * The types of events of all owners, in the order of their lists. Throws an error of one line where
 * a type is named twice: readers could not tell the two apart.
 */
export function joinEventTypes<Type extends string>(lists: readonly (readonly Type[])[]): readonly Type[] {
  const types = lists.flat();
  const twice = types.find((type, index) => types.indexOf(type) !== index);
  if (twice !== undefined) throw new Error(`The event type ${twice} is declared twice`);
  return types;
}
