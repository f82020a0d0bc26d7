// What is trusted: the file that says so, checked whole.
import { createHash } from 'node:crypto';
import { CORE_SCHEMA, load } from 'js-yaml';
import { z } from 'zod';
import { parseTimestamp, timestamp } from '../domain/bounds.ts';
import { VERIFIER } from '../domain/evidence/verifier.ts';
import { field, listOf, textOf } from '../json/fields.ts';
import { type YamlError, yamlFault } from '../json/yaml-fault.ts';
import { LIBRARIES } from './libraries.ts';
import { compilePattern, requireRef } from './pattern.ts';
import { type NpmKey, npmKeys, PUBLIC_GOOD, publicGoodRoot } from './public-good-root.ts';
import { ALGORITHMS, publicKeyOf } from './signature.ts';
import { normalRepository } from './source-uri.ts';
import { faultsInWords, messageOf } from './trust-faults.ts';
import { requireContent, requireStated, requireWhole, warningsOf } from './trust-version.ts';
import { trustMaterialOf } from './trusted-root.ts';
import { requireTrigger, VOUCHES, type Vouching, vouchedFor } from './vouching.ts';

/** How the names of the keys of npm begin. */
export const NPM = 'npm-registry';

const MAX_ENTRIES = 1_000;
const MAX_KEYS = 100;
const MAX_ROOTS = 10;

const name = () =>
  z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, 'must be 1 to 100 letters, digits, dots, dashes');
const text = () => z.string().min(1, 'must not be empty').max(1_024, 'must have at most 1,024 characters');
const moment = () => timestamp().transform((value) => parseTimestamp(value) ?? '');

/** Text that a compiler takes; what it throws is what is wrong with it. */
function taken(compile: (value: string) => unknown) {
  return text().superRefine((value, context) => {
    try {
      compile(value);
    } catch (error) {
      context.addIssue({ code: 'custom', message: (error as Error).message });
    }
  });
}

/** The types of predicates that a signer may sign; left out: all that are read. They only narrow what it vouches for. */
const predicateTypes = () => z.array(text()).min(1, 'must name one at least').max(100).optional();

/** What the statements of a signer may earn. */
const vouchesFor = () =>
  z
    .union(
      [
        z.literal('any'),
        z.array(z.enum(VOUCHES)).min(1, 'must name one at least').max(VOUCHES.length, 'must name each once'),
      ],
      {
        error: `must be any, or a list of ${VOUCHES.join(', ')}`,
      },
    )
    .optional();

/** What may have started a build that a signer signs; left out: those that no outsider can start. */
const triggers = () => z.array(taken(requireTrigger)).min(1, 'must name one at least').max(100).optional();

const SIGNER = () => ({ predicate_types: predicateTypes(), vouches_for: vouchesFor(), triggers: triggers() });

const Key = z
  .strictObject({
    name: name().refine((value) => !value.startsWith(NPM), `must not begin with ${NPM}: those are built in`),
    pem: z.string().optional(),
    jwk: z.record(z.string(), z.unknown()).optional(),
    algorithms: z.array(z.enum(ALGORITHMS)).min(1, 'must name one at least').optional(),
    valid_from: moment(),
    valid_until: z
      .union([z.literal('never'), moment()], { error: 'must be a timestamp such as 2027-01-01T00:00:00Z, or never' })
      .optional(),
    ...SIGNER(),
  })
  .superRefine((key, context) => {
    if ((key.pem === undefined) === (key.jwk === undefined))
      return context.addIssue({ code: 'custom', message: 'must have either pem or jwk' });
    if (key.valid_until !== undefined && key.valid_until !== 'never' && key.valid_until <= key.valid_from)
      context.addIssue({ code: 'custom', path: ['valid_until'], message: 'must be later than valid_from' });
    const check = (field: string, algorithms?: typeof key.algorithms) => {
      try {
        publicKeyOf(sourceOf(key), algorithms);
        return true;
      } catch (error) {
        context.addIssue({ code: 'custom', path: [field], message: (error as Error).message });
        return false;
      }
    };
    if (check(key.pem === undefined ? 'jwk' : 'pem')) check('algorithms', key.algorithms);
  });

const Root = z.strictObject({
  name: name().refine((value) => value !== PUBLIC_GOOD, `must not be ${PUBLIC_GOOD}, which is built in`),
  trusted_root: z.record(z.string(), z.unknown()).superRefine((root, context) => {
    for (const message of faultsOfRoot(root)) context.addIssue({ code: 'custom', message });
  }),
});

const Identity = z.strictObject({
  name: name(),
  /** Under which root its certificates are. */
  root: name().default(PUBLIC_GOOD),
  issuer: text(),
  subject: taken(compilePattern),
  ...SIGNER(),
});

const Builder = z.strictObject({
  id: taken(compilePattern),
  identities: z.array(name()).max(MAX_ENTRIES).default([]),
  keys: z.array(name()).max(MAX_KEYS).default([]),
  /** Whether those may speak for it though no certificate names it. */
  delegated: z.boolean().default(false),
  /** Whether its provenance may have external parameters that its build type does not define, and inline build steps. */
  parameters: z.literal('any').optional(),
  /** Whether the short id of GitHub's runner may be a runner of somebody's own. */
  runner: z.literal('any').optional(),
});

const Source = z.strictObject({
  repository: taken(requireRepository),
  /** `any`: every branch and tag, and no pull request. */
  refs: z
    .union([z.literal('any'), z.array(taken(requireRef)).min(1, 'must name one at least').max(MAX_ENTRIES)], {
      error: (issue) => refsFault(issue.input),
    })
    .optional(),
});

function refsFault(given: unknown): string {
  if (!Array.isArray(given)) return 'must be any, or a list of refs';
  return given.length === 0 ? 'must name one at least' : 'must be a list of refs';
}

const list = <Entry extends z.ZodType>(entry: Entry, most = MAX_ENTRIES) =>
  z.array(entry).max(most, `must have at most ${most} entries`).default([]);

/** The file that says what is trusted. A list that is left out is an empty one: what it serves is never verified. */
export const TrustFile = z
  .strictObject({
    /** 2: every restriction is stated, and the file has an end. Left out: as files were before. */
    version: z.literal(2, 'must be 2, or left out').optional(),
    /** Whether the root of the public Sigstore instance is trusted. */
    public_good: z.boolean().default(false),
    /** Whether the keys of the npm registry are, for what it says was published. */
    npm: z.boolean().default(false),
    roots: list(Root, MAX_ROOTS),
    keys: list(Key, MAX_KEYS),
    /** How many keys must have signed an envelope, each counted once. */
    key_threshold: z.int().min(1, 'must be 1 or more').max(10, 'must be 10 or less').optional(),
    identities: list(Identity),
    builders: list(Builder),
    sources: list(Source),
  })
  .superRefine(requireConsistency);
export type TrustFile = z.infer<typeof TrustFile>;

/** What is trusted, as plain data that can be sent to worker processes. */
export type Trust = Omit<TrustFile, 'version' | 'keys' | 'identities'> & {
  readonly keys: (TrustFile['keys'][number] & Vouching)[];
  readonly identities: (TrustFile['identities'][number] & Vouching)[];
  readonly key_threshold: number;
  /** What the file does not restrict and should, one line for each. */
  readonly warnings: readonly string[];
  /** SHA-256 of all of it, roots and what verifies included, as lower-case hexadecimal digits. */
  readonly digest: string;
  /** When it was loaded: RFC 3339, UTC, milliseconds. */
  readonly since: string;
};

/**
 * What a text in YAML or JSON says is trusted; nothing is where it is null. Throws an error of one line that names each bad place. `since`
 * is when it was loaded.
 */
export function readTrust(source: string | null, since: string): Trust {
  if (source !== null) requireContent(source);
  const value = source === null ? {} : parse(source);
  if (source !== null) requireWhole(source, field(value, 'version'));
  const result = TrustFile.safeParse(value, { error: messageOf });
  if (!result.success) throw new Error(faultsInWords(result.error.issues, TrustFile));
  const file = result.data;
  const warnings = warningsOf(file);
  if (file.public_good) file.roots.push({ name: PUBLIC_GOOD, trusted_root: publicGoodRoot() });
  if (file.npm) file.keys.push(...keysOfNpm(file.keys));
  const { version: _version, key_threshold = 1, keys, identities, ...rest } = file;
  const trusted = { key_threshold, keys: keys.map(vouchedFor), identities: identities.map(vouchedFor), ...rest };
  const all = JSON.stringify([VERIFIER, LIBRARIES, trusted]);
  return { ...trusted, warnings, since, digest: createHash('sha256').update(all).digest('hex') };
}

function keysOfNpm(others: TrustFile['keys']): TrustFile['keys'] {
  const keys = npmKeys().map(keyOfNpm);
  const digests = new Set(keys.map(digestOf));
  const same = others.findIndex((key) => digests.has(digestOf(key)));
  if (same !== -1) throw new Error(`keys.${same}.name is another name of a key of npm`);
  return keys;
}

function keyOfNpm({ pem, valid_from, valid_until }: NpmKey, index: number): TrustFile['keys'][number] {
  const until = valid_until === null ? {} : { valid_until: parseTimestamp(valid_until) ?? '' };
  const from = parseTimestamp(valid_from);
  if (from === null) throw new Error('A key of npm has no start of validity');
  return {
    name: `${NPM}-${index + 1}`,
    pem,
    valid_from: from,
    ...until,
    predicate_types: [NPM_PUBLISH],
    vouches_for: 'any',
  };
}

const NPM_PUBLISH = 'https://github.com/npm/attestation/tree/main/specs/publish/v0.1';

function parse(source: string): unknown {
  try {
    return load(source, { schema: CORE_SCHEMA, maxDepth: 50, maxAliases: 0, maxTotalMergeKeys: 0 }) ?? {};
  } catch (error) {
    throw new Error(`it is neither YAML nor JSON: ${yamlFault(error as YamlError)}`);
  }
}

/** Where the PEM or JSON Web Key of an entry is. */
export function sourceOf(key: { pem?: string | undefined; jwk?: Record<string, unknown> | undefined }) {
  return key.pem === undefined ? { jwk: key.jwk ?? {} } : { pem: key.pem };
}

/** Throws where it is no repository that could be compared. */
function requireRepository(pattern: string): void {
  compilePattern(pattern);
  if (normalRepository(pattern.replaceAll('*', 'x')) === null)
    throw new Error('must be the https URL of a repository, such as https://github.com/acme/payment-api');
}

type Consistent = Omit<TrustFile, 'npm'>;

function requireConsistency(file: Consistent, context: z.RefinementCtx): void {
  const { keys, identities, builders, roots, public_good } = file;
  requireStated(file, context);
  const bad = (path: (string | number)[], message: string) => context.addIssue({ code: 'custom', path, message });
  const once = (what: string, values: string[], field: string, message: string) => {
    const seen = new Set<string>();
    values.forEach((value, index) => {
      if (seen.has(value)) bad([what, index, field], message);
      seen.add(value);
    });
  };
  const names = (entries: { name: string }[]) => entries.map((entry) => entry.name);
  once('keys', names(keys), 'name', 'is the name of another key');
  once('identities', names(identities), 'name', 'is the name of another identity');
  once('roots', names(roots), 'name', 'is the name of another root');
  // Counted twice, one key would be two signers.
  const digests = keys.map((key, index) => digestOf(key) ?? `bad key ${index}`);
  once('keys', digests, 'name', 'is another name of a key that is there already');
  const known = new Set([...names(roots), ...(public_good ? [PUBLIC_GOOD] : [])]);
  identities.forEach(({ root }, index) => {
    if (!known.has(root)) bad(['identities', index, 'root'], `is no root that is trusted: ${root}${rootHint(root)}`);
  });
  builders.forEach((builder, index) => {
    for (const [what, entries] of [
      ['identities', identities],
      ['keys', keys],
    ] as const) {
      builder[what].forEach((one, at) => {
        if (!names(entries).includes(one))
          bad(['builders', index, what, at], `names none of the ${what} in this file: ${one}`);
      });
    }
  });
}

// Roots are left out most often where the public instance is meant, which an identity has unless it names another.
const rootHint = (root: string) => (root === PUBLIC_GOOD ? '; write public_good: true' : '');

// Null where it is no key, which is said where it stands.
function digestOf(key: TrustFile['keys'][number]): string | null {
  try {
    return publicKeyOf(sourceOf(key)).digest;
  } catch {
    return null;
  }
}

const AUTHORITIES = ['tlogs', 'ctlogs', 'certificateAuthorities', 'timestampAuthorities'] as const;

// A missing start would be read as the beginning of time: a key would be trusted for what was signed before anyone had it.
function* faultsOfRoot(root: Record<string, unknown>): Generator<string> {
  if (!textOf(root, 'mediaType')?.startsWith('application/vnd.dev.sigstore.trustedroot'))
    yield 'must be a trusted_root.json of Sigstore, with its mediaType';
  for (const what of AUTHORITIES) {
    for (const [index, one] of listOf(root, what).entries()) {
      const start = textOf(one, ...(what.endsWith('logs') ? ['publicKey'] : []), 'validFor', 'start');
      if (start === null || parseTimestamp(start) === null) yield `has no start of validity: ${what}.${index}`;
    }
  }
  try {
    trustMaterialOf(root);
  } catch (error) {
    yield `cannot be used: ${(error as Error).message}`;
  }
}
