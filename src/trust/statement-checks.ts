// Checks what a signed statement says, and which of its signers count for that.
import type { EvidenceFacts } from '../domain/evidence/evidence-facts.ts';
import type { Signed } from '../domain/evidence/signed.ts';
import type { Check } from '../domain/evidence/verification.ts';
import { flagOfKind } from '../domain/gate/document-flag.ts';
import { checkBuilder, type SpokenFor } from './builder.ts';
import { checkCaller } from './caller.ts';
import { failed, passed } from './checks.ts';
import type { CompiledTrust } from './compiled.ts';
import { allowedBy, isKnown, NOBODY, type SignedBy } from './signed-by.ts';
import { checkSource, countingFor } from './source.ts';
import { VOUCH_OF_FLAG, type Vouch } from './vouching.ts';

const IN_TOTO = 'application/vnd.in-toto+json';

export type Enveloped = Extract<Signed, { form: 'envelope' | 'bundle' }>;

/** `by` are the signers who count for the statement. */
export type StatementResult = { readonly checks: Check[]; readonly by: SignedBy };

/**
 * Checks what a payload says: its type, the type of its predicate, and for provenance its builder
 * and source.
 */
export function checkStatement(
  { envelope, statement }: Enveloped,
  by: SignedBy,
  trust: CompiledTrust,
): StatementResult {
  const { payloadType } = envelope;
  const payloadCheck =
    payloadType === IN_TOTO
      ? passed('payload_type', payloadType)
      : failed('payload_type', 'payload_type_unknown', `Only ${IN_TOTO} is read, and this is ${payloadType}`);
  const checks = [payloadCheck, checkPredicateType(statement, by, trust)];
  const signers = allowedBy(by, statement?.predicate_type ?? null, vouchOf(statement), trust);
  if (statement?.facts?.kind !== 'provenance') return { checks: [...checks, ...callerChecks(by, trust)], by: signers };
  const { facts, predicate } = statement;
  const builder = isKnown(by) ? checkBuilder(facts.builder_id, signers, predicate, trust) : UNKNOWN_BUILDER;
  const { source, counting } = sourceBy(builder, signers, facts, predicate, trust);
  return { checks: [...checks, builder.check, source], by: counting };
}

// Signers who speak for the builder with any parameters are tried only if the others fail: one and
// the same signer must count for all of it.
function sourceBy(
  { check, by, withAny }: SpokenFor,
  signers: SignedBy,
  facts: Parameters<typeof checkSource>[0],
  predicate: unknown,
  trust: CompiledTrust,
): { source: Check; counting: SignedBy } {
  const speaking = check.held ? by : signers;
  const source = checkSource(facts, predicate, speaking, trust, false);
  if (source.held) return { source, counting: countingFor(speaking, predicate, trust) };
  if (withAny === null) return { source, counting: speaking };
  const any = checkSource(facts, predicate, withAny, trust, true);
  return { source: any, counting: any.held ? countingFor(withAny, predicate, trust) : speaking };
}

const UNKNOWN_BUILDER: SpokenFor = {
  check: failed('builder', 'not_checked', 'It was not checked, as nobody is known to have signed'),
  by: NOBODY,
  withAny: null,
};

function vouchOf(statement: Enveloped['statement']): Vouch | null {
  const flag = flagOfKind(statement?.facts ?? null);
  return flag === null ? null : VOUCH_OF_FLAG[flag];
}

/**
 * Checks a signature over bytes. A signer that may sign only some types of predicates may not sign
 * what has none.
 */
export function checkMessage(by: SignedBy, trust: CompiledTrust): StatementResult {
  const signers = allowedBy(by, null, null, trust);
  const callers = callerChecks(by, trust);
  if (!isKnown(by) || isKnown(signers)) return { checks: callers, by: signers };
  const detail = 'The signer may sign predicates of some types only';
  return { checks: [failed('predicate_type', 'predicate_type_not_of_signer', detail), ...callers], by: signers };
}

function callerChecks(by: SignedBy, trust: CompiledTrust): Check[] {
  const check = checkCaller(by, trust);
  return check === null ? [] : [check];
}

function checkPredicateType(statement: Enveloped['statement'], by: SignedBy, trust: CompiledTrust): Check {
  const fail = (code: string, detail: string) => failed('predicate_type', code, detail);
  if (statement === null) return fail('statement_missing', 'The payload is no in-toto Statement that can be read');
  if (statement.ambiguous)
    return fail('statement_ambiguous', 'A field of the statement occurs twice, or is not where it has to be');
  const { predicate_type: type, facts } = statement;
  if (type === null || !isRead(facts))
    return fail(
      'predicate_type_unknown',
      `Predicates of this type are not read, or this one is not what its type says: ${type}`,
    );
  const isRefused = (earns: Vouch | null) => {
    const signers = allowedBy(by, type, earns, trust);
    return signers.keys.length < by.keys.length || (by.claims !== null && signers.identities.length === 0);
  };
  if (isKnown(by) && isRefused(null))
    return fail('predicate_type_not_of_signer', `The signer may not sign predicates of the type ${type}`);
  const vouch = vouchOf(statement);
  if (isKnown(by) && isRefused(vouch))
    return fail(
      'not_vouched_for',
      `The signer does not vouch for documents of this kind (${vouch}): see vouches_for in the trust file`,
    );
  return passed('predicate_type', type);
}

function isRead(facts: EvidenceFacts | null): boolean {
  if (facts === null) return false;
  if (facts.kind === 'attestation') return facts.predicate !== null;
  return facts.kind === 'provenance' ? facts.slsa : true;
}
