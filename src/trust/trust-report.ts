// Shows the trust policy to callers.
import { createHash } from 'node:crypto';
import type { Judging } from '../domain/gate/flag.ts';
import { listOf } from '../json/fields.ts';
import { keySourceOf, publicKeyOf } from './public-key.ts';
import type { TrustPolicy } from './trust-policy.ts';
import type { TrustReport } from './trust-report-schema.ts';
import { VOUCHES } from './vouching.ts';

export function trustReport(
  trust: TrustPolicy,
  lastError: string | null,
  { minimum }: Judging,
  verifying_again: TrustReport['verifying_again'],
): TrustReport {
  return {
    trust_digest: trust.digest,
    loaded_at: trust.since,
    last_error: lastError,
    warnings: [...trust.warnings],
    gate_minimum_level: minimum,
    key_threshold: trust.key_threshold,
    roots: trust.roots.map(shownRoot),
    keys: trust.keys.map(shownKey),
    identities: trust.identities.map(shownIdentity),
    builders: trust.builders.map(({ parameters, runner, ...one }) => ({
      ...one,
      any_parameters: parameters === 'any',
      any_runner: runner === 'any',
    })),
    sources: trust.sources.map(({ repository, refs = 'any' }) => ({ repository, refs: refs === 'any' ? null : refs })),
    verifying_again,
  };
}

const shownRoot = ({ name, trusted_root }: TrustPolicy['roots'][number]) => ({
  name,
  digest: createHash('sha256').update(JSON.stringify(trusted_root)).digest('hex'),
  certificate_authorities: listOf(trusted_root, 'certificateAuthorities').length,
  transparency_logs: listOf(trusted_root, 'tlogs').length,
  certificate_logs: listOf(trusted_root, 'ctlogs').length,
  timestamp_authorities: listOf(trusted_root, 'timestampAuthorities').length,
});

function shownKey(entry: TrustPolicy['keys'][number]) {
  const { key, digest } = publicKeyOf(keySourceOf(entry));
  const { name, valid_from, valid_until = 'never' } = entry;
  return {
    ...{ name, digest, type: String(key.asymmetricKeyType), algorithms: entry.algorithms ?? null, valid_from },
    valid_until: valid_until === 'never' ? null : valid_until,
    ...shownSigner(entry),
  };
}

function shownIdentity(entry: TrustPolicy['identities'][number]) {
  const { name, root, issuer, subject } = entry;
  return { name, root, issuer, subject, ...shownSigner(entry) };
}

function shownSigner({ predicate_types, vouches_for, triggers }: TrustPolicy['keys' | 'identities'][number]) {
  return {
    predicate_types: predicate_types ?? null,
    vouches_for: vouches_for === 'any' ? [...VOUCHES] : vouches_for,
    triggers: triggers ?? null,
  };
}
