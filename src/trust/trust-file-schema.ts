// The trust file: its fields, and what makes one of them invalid.
import { z } from 'zod';
import { parseTimestamp, timestamp } from '../domain/bounds.ts';
import { NPM, PUBLIC_GOOD } from './built-in-trust.ts';
import { compilePattern, requireRef } from './pattern.ts';
import { ALGORITHMS, keySourceOf, publicKeyOf } from './public-key.ts';
import { requireRepository } from './source-uri.ts';
import { requireConsistency } from './trust-consistency.ts';
import { rootFaults } from './trusted-root.ts';
import { requireTrigger, VOUCHES } from './vouching.ts';

const MAX_ENTRIES = 1_000;
const MAX_KEYS = 100;
const MAX_ROOTS = 10;

const name = () =>
  z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, 'must be 1 to 100 letters, digits, dots, dashes');
const text = () => z.string().min(1, 'must not be empty').max(1_024, 'must have at most 1,024 characters');
const moment = () => timestamp().transform((value) => parseTimestamp(value) ?? '');

/** Text that a check accepts; the message of what the check throws is the fault. */
function accepted(check: (value: string) => unknown) {
  return text().superRefine((value, context) => {
    try {
      check(value);
    } catch (error) {
      context.addIssue({ code: 'custom', message: (error as Error).message });
    }
  });
}

/**
 * The types of predicates that a signer may sign; by default all that Maestro reads. They only
 * narrow what it vouches for.
 */
const predicateTypes = () => z.array(text()).min(1, 'must name one at least').max(100).optional();

/** What the statements of a signer may earn: the flags of the gate. */
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

/** What may have started a build that a signer signs; by default what no outsider can start. */
const triggers = () => z.array(accepted(requireTrigger)).min(1, 'must name one at least').max(100).optional();

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
    const isKey = (field: string, algorithms?: typeof key.algorithms) => {
      try {
        publicKeyOf(keySourceOf(key), algorithms);
        return true;
      } catch (error) {
        context.addIssue({ code: 'custom', path: [field], message: (error as Error).message });
        return false;
      }
    };
    if (isKey(key.pem === undefined ? 'jwk' : 'pem')) isKey('algorithms', key.algorithms);
  });

const Root = z.strictObject({
  name: name().refine((value) => value !== PUBLIC_GOOD, `must not be ${PUBLIC_GOOD}, which is built in`),
  trusted_root: z.record(z.string(), z.unknown()).superRefine((root, context) => {
    for (const message of rootFaults(root)) context.addIssue({ code: 'custom', message });
  }),
});

const Identity = z.strictObject({
  name: name(),
  /** The root that its certificates chain up to. */
  root: name().default(PUBLIC_GOOD),
  issuer: text(),
  subject: accepted(compilePattern),
  ...SIGNER(),
});

const Builder = z.strictObject({
  id: accepted(compilePattern),
  identities: z.array(name()).max(MAX_ENTRIES).default([]),
  keys: z.array(name()).max(MAX_KEYS).default([]),
  /** Whether they may speak for it even if no certificate names it. */
  delegated: z.boolean().default(false),
  /**
   * `any`: its provenance may have parameters that its build type does not define, and inline build
   * steps.
   */
  parameters: z.literal('any').optional(),
  /** `any`: the short id of GitHub's runner may stand for a self-hosted runner. */
  runner: z.literal('any').optional(),
});

const Source = z.strictObject({
  repository: accepted(requireRepository),
  /** `any`: every branch and tag, but no pull request. */
  refs: z
    .union([z.literal('any'), z.array(accepted(requireRef)).min(1, 'must name one at least').max(MAX_ENTRIES)], {
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

/** The trust file. A list that is left out is empty: nothing is verified by it. */
export const TrustFile = z
  .strictObject({
    /**
     * 2: every restriction is stated, and the file has an end marker. Left out: the form before
     * version 2.
     */
    version: z.literal(2, 'must be 2, or left out').optional(),
    /** Whether the root of the public Sigstore instance is trusted. */
    public_good: z.boolean().default(false),
    /** Whether the keys of the npm registry are trusted for its publish attestations. */
    npm: z.boolean().default(false),
    roots: list(Root, MAX_ROOTS),
    keys: list(Key, MAX_KEYS),
    /** The number of keys that must have signed an envelope, each counted once. */
    key_threshold: z.int().min(1, 'must be 1 or more').max(10, 'must be 10 or less').optional(),
    identities: list(Identity),
    builders: list(Builder),
    sources: list(Source),
  })
  .superRefine(requireConsistency);
export type TrustFile = z.infer<typeof TrustFile>;
