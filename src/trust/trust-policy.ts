// The trust policy: what a trust file says is trusted, read and checked whole.

import { CORE_SCHEMA, load } from 'js-yaml';
import { parseTimestamp } from '../domain/bounds.ts';
import { field } from '../json/fields.ts';
import { faultsInWords, messageOf } from '../json/schema-faults.ts';
import { requireContent, requireWhole } from '../json/whole-file.ts';
import { type YamlError, yamlFault } from '../json/yaml-fault.ts';
import { NPM, type NpmKey, npmKeys, PUBLIC_GOOD, publicGoodRoot } from './built-in-trust.ts';
import { policyDigest } from './policy-digest.ts';
import { digestOf } from './trust-consistency.ts';
import { TrustFile } from './trust-file-schema.ts';
import { warningsOf } from './trust-version.ts';
import { type Vouching, vouchedFor } from './vouching.ts';

/** What is trusted, as plain data that can be sent to worker processes. */
export type TrustPolicy = Omit<TrustFile, 'version' | 'keys' | 'identities'> & {
  readonly keys: (TrustFile['keys'][number] & Vouching)[];
  readonly identities: (TrustFile['identities'][number] & Vouching)[];
  readonly key_threshold: number;
  /** The restrictions that the file should state and does not, one line for each. */
  readonly warnings: readonly string[];
  /**
   * SHA-256 of the whole policy, built-in roots and verifier included, as lower-case hexadecimal
   * digits.
   */
  readonly digest: string;
  /** When it was loaded: RFC 3339, UTC, milliseconds. */
  readonly since: string;
};

/**
 * The policy that a text in YAML or JSON states; null trusts nothing. Throws an error of one line
 * that names each bad place. `since` is when it was loaded.
 */
export function readTrustPolicy(source: string | null, since: string): TrustPolicy {
  const file = source === null ? TrustFile.parse({}) : fileOf(source);
  const warnings = warningsOf(file);
  if (file.public_good) file.roots.push({ name: PUBLIC_GOOD, trusted_root: publicGoodRoot() });
  if (file.npm) file.keys.push(...npmEntries(file.keys));
  const { version: _version, key_threshold = 1, keys, identities, ...rest } = file;
  const trusted = { key_threshold, keys: keys.map(vouchedFor), identities: identities.map(vouchedFor), ...rest };
  return { ...trusted, warnings, since, digest: policyDigest(trusted) };
}

function fileOf(source: string): TrustFile {
  requireContent(source, 'to trust nothing, write {}');
  const value = parse(source);
  requireWhole(source, field(value, 'version'));
  const result = TrustFile.safeParse(value, { error: messageOf });
  if (!result.success) throw new Error(faultsInWords(result.error.issues, TrustFile));
  return result.data;
}

function parse(source: string): unknown {
  try {
    return load(source, { schema: CORE_SCHEMA, maxDepth: 50, maxAliases: 0, maxTotalMergeKeys: 0 }) ?? {};
  } catch (error) {
    throw new Error(`it is neither YAML nor JSON: ${yamlFault(error as YamlError)}`);
  }
}

function npmEntries(others: TrustFile['keys']): TrustFile['keys'] {
  const keys = npmKeys().map(npmEntry);
  const digests = new Set(keys.map(digestOf));
  const same = others.findIndex((key) => digests.has(digestOf(key)));
  if (same !== -1) throw new Error(`keys.${same}.name is another name of a key of npm`);
  return keys;
}

function npmEntry({ pem, valid_from, valid_until }: NpmKey, index: number): TrustFile['keys'][number] {
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
