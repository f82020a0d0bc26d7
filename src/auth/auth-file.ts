// The file that names the issuers of ID tokens, and what their tokens may do (`AUTH_FILE`).
import { CORE_SCHEMA, load } from 'js-yaml';
import { z } from 'zod';
import { compileSegments } from '../domain/pattern.ts';
import { field } from '../json/fields.ts';
import { faultsInWords, messageOf } from '../json/schema-faults.ts';
import { requireContent, requireWhole } from '../json/whole-file.ts';
import { type YamlError, yamlFault } from '../json/yaml-fault.ts';
import { isLoopbackName } from '../outbound/address.ts';
import { lackOf } from './grant.ts';
import { isPublicKey } from './issuer-keys.ts';
import { ROLES } from './role.ts';

const [MAX_ISSUERS, MAX_GRANTS, MAX_CLAIMS, MAX_OWNERS] = [20, 1_000, 50, 100];
const [DEFAULT_AGE, MAX_AGE] = [3_600, 86_400];

const name = () =>
  z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, 'must be 1 to 100 letters, digits, dots, dashes');
const text = () => z.string().min(1, 'must not be empty').max(1_024, 'must have at most 1,024 characters');

const pattern = () =>
  text().superRefine((value, context) => {
    try {
      compileSegments(value);
    } catch (error) {
      context.addIssue({ code: 'custom', message: (error as Error).message });
    }
  });

const oneOrMore = <Of extends z.ZodType>(one: Of, max: number) =>
  z.union([one, z.array(one).min(1, 'must name one at least').max(max)]);

const issuerUrl = () =>
  text().refine(isIssuerUrl, 'must be an https URL without user, query and fragment (http is taken for loopback)');

const IssuerEntry = z.strictObject({
  name: name(),
  /** Compared character by character with `iss`. */
  issuer: issuerUrl(),
  /** Compared with `aud`: the name that pipelines ask their tokens for. */
  audience: text(),
  /** The keys, where they are not fetched from the issuer. */
  jwks: z
    .strictObject({
      keys: z
        .array(z.record(z.string(), z.unknown()))
        .min(1)
        .max(100)
        .refine((keys) => keys.some(isPublicKey), 'must have a public key of an asymmetric algorithm'),
    })
    .optional(),
  /** In seconds since `iat`. */
  max_token_age: z.int().min(60).max(MAX_AGE).default(DEFAULT_AGE),
});

const GrantEntry = z
  .strictObject({
    name: name(),
    issuer: name(),
    claims: z
      .record(text(), oneOrMore(z.union([pattern(), z.number(), z.boolean()]), MAX_CLAIMS))
      .refine((claims) => Object.keys(claims).length > 0, 'must name one claim at least')
      .refine((claims) => Object.keys(claims).length <= MAX_CLAIMS, `must name at most ${MAX_CLAIMS} claims`),
    tenant: z.string().regex(/^[a-z][a-z0-9-]{0,62}$/, 'must be a lower-case letter, then letters, digits and dashes'),
    roles: z.array(z.enum(ROLES)).min(1, 'must name one at least').max(ROLES.length),
    owners: z.union([z.literal('any'), z.array(pattern()).min(1).max(MAX_OWNERS)], 'must be any, or a list').optional(),
  })
  .superRefine((grant, context) => {
    const lack = lackOf(grant);
    if (lack !== null) context.addIssue({ code: 'custom', message: lack });
  });

export const AuthFile = z
  .strictObject({
    version: z.literal(1, 'must be 1'),
    issuers: z.array(IssuerEntry).max(MAX_ISSUERS),
    grants: z.array(GrantEntry).max(MAX_GRANTS),
  })
  .superRefine(({ issuers, grants }, context) => {
    const report = (path: (string | number)[], message: string) => context.addIssue({ code: 'custom', path, message });
    unique(
      issuers.map((one) => one.name),
      (at) => report(['issuers', at, 'name'], 'is the name of another issuer'),
    );
    unique(
      issuers.map((one) => one.issuer),
      (at) => report(['issuers', at, 'issuer'], 'is that of another issuer'),
    );
    unique(
      grants.map((one) => one.name),
      (at) => report(['grants', at, 'name'], 'is the name of another grant'),
    );
    grants.forEach(({ issuer }, at) => {
      if (!issuers.some((one) => one.name === issuer))
        report(['grants', at, 'issuer'], `names none of the issuers in this file: ${issuer}`);
    });
  });
export type AuthFile = z.infer<typeof AuthFile>;

/** Throws an error of one line that names each bad place. */
export function readAuthFile(source: string): AuthFile {
  requireContent(source, 'to grant nothing, write version: 1, issuers: [], grants: [] and ...');
  const value = parse(source);
  requireWhole(source, field(value, 'version') ?? null);
  requireOwnKeys(value);
  const result = AuthFile.safeParse(value, { error: messageOf });
  if (!result.success) throw new Error(faultsInWords(result.error.issues, AuthFile));
  return result.data;
}

function parse(source: string): unknown {
  try {
    return load(source, { schema: CORE_SCHEMA, maxDepth: 50, maxAliases: 0, maxTotalMergeKeys: 0 }) ?? {};
  } catch (error) {
    throw new Error(`it is neither YAML nor JSON: ${yamlFault(error as YamlError)}`);
  }
}

// Zod leaves this key out without a word, and what a claim of that name restricts with it.
function requireOwnKeys(value: unknown): void {
  JSON.stringify(value, (key, inner) => {
    if (key === '__proto__') throw new Error('it has the key `__proto__`, which is not allowed');
    return inner;
  });
}

function unique(values: readonly string[], report: (at: number) => void): void {
  values.forEach((value, at) => {
    if (values.indexOf(value) !== at) report(at);
  });
}

function isIssuerUrl(value: string): boolean {
  if (!URL.canParse(value) || /[?#\s]/.test(value)) return false;
  const { protocol, hostname, username, password } = new URL(value);
  if (username !== '' || password !== '' || value.includes('@')) return false;
  return protocol === 'https:' || (protocol === 'http:' && isLoopbackName(hostname));
}
