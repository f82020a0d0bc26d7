// The products and product groups that a CSAF document defines.
import { field, listOf, objectOf } from '../../../json/fields.ts';

export function* productsOf(tree: unknown): Generator<unknown> {
  yield* listOf(tree, 'full_product_names');
  const open = [...listOf(tree, 'branches')].reverse();
  while (open.length > 0) {
    const branch = open.pop();
    const product = objectOf(field(branch, 'product'));
    if (product !== null) yield product;
    const below = listOf(branch, 'branches');
    for (let index = below.length - 1; index >= 0; index -= 1) open.push(below[index]);
  }
  for (const relationship of listOf(tree, 'relationships')) {
    const product = objectOf(field(relationship, 'full_product_name'));
    if (product !== null) yield product;
  }
}

/** The product ids of each group, by the id of the group. */
export function groupsOf(tree: unknown): ReadonlyMap<unknown, readonly unknown[]> {
  const groups = listOf(tree, 'product_groups');
  return new Map(groups.map((group) => [field(group, 'group_id'), listOf(group, 'product_ids')]));
}
