// The words after `token`: what `token create` is to create.
import { ROLES, type Role } from '../auth/role.ts';
import { CreateTokenRequest, DEFAULT_LIFETIME_DAYS, MAX_LIFETIME_DAYS, OwnerPattern } from '../auth/token.ts';
import { unknownName } from '../json/spelling.ts';

export type TokenOptions = {
  readonly tenant: string;
  readonly name: string;
  readonly roles: readonly Role[];
  /** Patterns of owners; null bounds nothing. */
  readonly owners: readonly string[] | null;
  readonly days: number;
};

type Takes = { readonly value: string; readonly does: string; readonly repeats?: true };

const OPTIONS = {
  role: { value: 'ROLE', does: `A role: ${ROLES.join(', ')}; may be repeated`, repeats: true },
  name: { value: 'NAME', does: 'What the token is for [command line]' },
  tenant: { value: 'TENANT', does: 'The tenant of the token [default]' },
  owner: { value: 'PATTERN', does: 'Owners whose runs it may write; may be repeated [any owner]', repeats: true },
  'expires-in-days': { value: 'N', does: `When it ends: in 1 to ${MAX_LIFETIME_DAYS} days [${DEFAULT_LIFETIME_DAYS}]` },
} as const satisfies Record<string, Takes>;
type Name = keyof typeof OPTIONS;

const NAMES = Object.keys(OPTIONS) as Name[];
const isName = (word: string): word is Name => Object.hasOwn(OPTIONS, word);
const flag = (name: Name) => `--${name} ${OPTIONS[name].value}`;

export const TOKEN_ARGS = 'create --role ROLE [options]';

export const TOKEN_HELP = `Prints the text of a new API token on standard output, and nothing else. It is not shown again. Works
beside a running server, but not on a folder (\`embedded:\`) that a server uses. DATABASE_URL names the database.

Options:
${NAMES.map((name) => `  ${flag(name).padEnd(24)}${OPTIONS[name].does}`).join('\n')}

Examples:
  TOKEN=$(node dist/server.js token create --role admin)
  node dist/server.js token create --role reporter --name 'payment-api pipeline' --owner team-payments
`;

/** Throws an error of one line that names the option. */
export function tokenOptions([action, ...words]: readonly string[]): TokenOptions {
  if (action !== 'create') throw new Error(`token needs ${TOKEN_ARGS}; see token --help`);
  const given = optionsIn(words);
  const { role: roles, owner: owners } = given;
  if (roles.length === 0) throw new Error(`token create needs ${flag('role')}: ${ROLES.join(', ')}`);
  for (const one of roles) if (!isRole(one)) throw new Error(unknownName('role', one, ROLES));
  for (const one of owners) requireFit('owner', OwnerPattern.safeParse(one));
  const [name = 'command line', tenant = 'default', days = String(DEFAULT_LIFETIME_DAYS)] = [
    given.name[0],
    given.tenant[0],
    given['expires-in-days'][0],
  ];
  requireFit('name', CreateTokenRequest.shape.name.safeParse(name));
  if (!/^[a-z][a-z0-9-]{0,62}$/.test(tenant))
    throw new Error('--tenant must be a lower-case letter, then letters, digits and dashes, 63 at most');
  if (!/^[1-9]\d{0,2}$/.test(days) || Number(days) > MAX_LIFETIME_DAYS)
    throw new Error(`--expires-in-days must be a whole number from 1 to ${MAX_LIFETIME_DAYS}`);
  return {
    ...{ tenant, name, roles: [...new Set(roles.filter(isRole))] },
    ...{ owners: owners.length === 0 ? null : [...new Set(owners)], days: Number(days) },
  };
}

const isRole = (word: string): word is Role => (ROLES as readonly string[]).includes(word);

/** The values of each option, given as `--name value` or `--name=value`. */
function optionsIn(words: readonly string[]): Record<Name, string[]> {
  const given = Object.fromEntries(NAMES.map((name) => [name, [] as string[]])) as Record<Name, string[]>;
  for (let index = 0; index < words.length; index += 1) {
    const [, option = '', joined] = /^--([^=]*)(?:=(.*))?$/s.exec(words[index] ?? '') ?? [];
    if (!isName(option)) throw unknownOption(words[index] ?? '');
    if (joined === undefined) index += 1;
    const value = joined ?? words[index];
    if (value === undefined || value === '') throw new Error(`${flag(option)} has no value`);
    const { repeats }: Takes = OPTIONS[option];
    if (repeats !== true && given[option].length > 0) throw new Error(`${flag(option)} is given twice`);
    given[option].push(value);
  }
  return given;
}

function unknownOption(word: string): Error {
  const [option = ''] = word.split('=', 1);
  const known = NAMES.map((name) => `--${name}`);
  return new Error(`${unknownName('option', option, known)} of token create; see token --help`);
}

function requireFit(name: Name, { error }: { error?: { issues: { message: string }[] } | undefined }): void {
  const [issue] = error?.issues ?? [];
  if (issue !== undefined) throw new Error(`--${name} ${issue.message}`);
}
