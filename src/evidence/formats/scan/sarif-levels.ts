// The level of a result, which may come from the result, an invocation or its rule (SARIF 2.1.0,
// section 3.27.10).
import { field, listOf, numberOf, textOf } from '../../../json/fields.ts';

const LEVELS = ['error', 'warning', 'note', 'none'];
const KINDS_BUT_FAIL = ['pass', 'open', 'informational', 'notApplicable', 'review'];

/** The levels of the results of one run, in their order. */
export function* levelsOf(run: unknown, results: readonly unknown[]): Generator<string> {
  const context = contextOf(run);
  for (const result of results) yield levelOf(result, context);
}

/**
 * The rules of the results of one run, in their order; undefined if the run does not have the rule.
 */
export function* ruleOfEach(run: unknown, results: readonly unknown[]): Generator<unknown> {
  const context = contextOf(run);
  for (const result of results) yield ruleOfResult(result, context);
}

function contextOf(run: unknown): Context {
  const components = [field(run, 'tool', 'driver'), ...listOf(run, 'tool', 'extensions')].map(indexRules);
  const overrides = listOf(run, 'invocations').map(() => null);
  return { run, components, names: namesOf(run), overrides };
}

type Rules = { list: readonly unknown[]; named: ReadonlyMap<string, unknown> };
type Context = {
  run: unknown;
  /** The driver, then the extensions. */
  components: readonly Rules[];
  /** The position of a component, by name and GUID. */
  names: ReadonlyMap<string, number>;
  /** Configurations by rule, for each invocation, built when first used. */
  overrides: (Map<object, unknown> | null)[];
};

function levelOf(result: unknown, context: Context): string {
  const own = asLevel(field(result, 'level'));
  if (own !== null) return own;
  const kind = field(result, 'kind');
  if (typeof kind === 'string' && KINDS_BUT_FAIL.includes(kind)) return 'none';
  const rule = ruleOfResult(result, context);
  const configuration =
    overrideOf(rule, numberOf(result, 'provenance', 'invocationIndex'), context) ?? field(rule, 'defaultConfiguration');
  return asLevel(field(configuration, 'level')) ?? 'warning';
}

function ruleOfResult(result: unknown, context: Context): unknown {
  return ruleOf(field(result, 'rule'), textOf(result, 'ruleId'), indexIn(result, 'ruleIndex'), context);
}

function asLevel(value: unknown): string | null {
  return typeof value === 'string' && LEVELS.includes(value) ? value : null;
}

function indexRules(component: unknown): Rules {
  const list = listOf(component, 'rules');
  const named = new Map<string, unknown>();
  for (const rule of list) {
    for (const key of ['id', 'guid']) {
      const name = textOf(rule, key);
      // Several rules may have the same id: the first one is meant unless an index says otherwise.
      if (name !== null && !named.has(name)) named.set(name, rule);
    }
  }
  return { list, named };
}

function namesOf(run: unknown): Map<string, number> {
  const names = new Map<string, number>();
  listOf(run, 'tool', 'extensions').forEach((extension, index) => {
    for (const key of ['name', 'guid']) {
      const name = textOf(extension, key);
      if (name !== null && !names.has(name)) names.set(name, index + 1);
    }
  });
  return names;
}

// A result may also name its rule in the short form: by `id` and `index`.
function ruleOf(reference: unknown, id: string | null, index: number | null, context: Context): unknown {
  const rules = context.components[componentOf(field(reference, 'toolComponent'), context)];
  const at = indexIn(reference, 'index') ?? index;
  if (at !== null) return rules?.list[at];
  return rules?.named.get(textOf(reference, 'guid') ?? '') ?? ruleNamed(textOf(reference, 'id') ?? id, rules);
}

function componentOf(component: unknown, { names }: Context): number {
  if (component === undefined) return 0;
  const index = indexIn(component, 'index');
  if (index !== null) return index + 1;
  return names.get(textOf(component, 'guid') ?? '') ?? names.get(textOf(component, 'name') ?? '') ?? 0;
}

function indexIn(value: unknown, key: string): number | null {
  const index = numberOf(value, key);
  return index !== null && Number.isInteger(index) && index >= 0 ? index : null;
}

const MAX_STEPS = 8;

// Ids are hierarchical: `CA1000/1` is a special case of the rule `CA1000` (section 3.27.5).
function ruleNamed(id: string | null, rules: Rules | undefined): unknown {
  let name = id ?? '';
  for (let step = 0; step < MAX_STEPS && name !== ''; step += 1) {
    const rule = rules?.named.get(name);
    if (rule !== undefined) return rule;
    name = name.slice(0, Math.max(name.lastIndexOf('/'), 0));
  }
  return undefined;
}

function overrideOf(rule: unknown, invocation: number | null, context: Context): unknown {
  if (invocation === null || typeof rule !== 'object' || rule === null) return undefined;
  const made = context.overrides[invocation];
  if (made === undefined) return undefined;
  const overrides = made ?? indexOverrides(invocation, context);
  context.overrides[invocation] = overrides;
  return overrides.get(rule);
}

function indexOverrides(invocation: number, context: Context): Map<object, unknown> {
  const stated = listOf(listOf(context.run, 'invocations')[invocation], 'ruleConfigurationOverrides');
  const overrides = new Map<object, unknown>();
  for (const override of stated) {
    const rule = ruleOf(field(override, 'descriptor'), null, null, context);
    if (typeof rule === 'object' && rule !== null) overrides.set(rule, field(override, 'configuration'));
  }
  return overrides;
}
