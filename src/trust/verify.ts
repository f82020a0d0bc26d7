// Verifies what a document holds that is signed: every link of the chain but the subject, which depends on the run.
import type { EvidenceFacts } from '../domain/evidence/evidence-facts.ts';
import type { Signed, UnverifiedForm, Verifier } from '../domain/evidence/signed.ts';
import type { Attestation, Check, CheckName, Signer } from '../domain/evidence/verification.ts';
import { flagOfKind } from '../domain/gate/flags.ts';
import { type CompiledTrust, compileTrust } from './compiled.ts';
import { verifyEnvelope } from './dsse.ts';
import { LIBRARIES } from './libraries.ts';
import { signedDigest } from './message.ts';
import { builderLink, callerLink, failed, held, type SignedBy, type SpokenFor } from './provenance.ts';
import { NOBODY, type Verified, verifyBundle } from './sigstore.ts';
import { countingFor, sourceLink } from './source.ts';
import type { Trust } from './trust.ts';
import { VOUCH_OF_FLAG, type Vouch } from './vouching.ts';

/** Of a document, so many are verified; what is beyond them is not. */
const MAX_ATTESTATIONS = 32;

const IN_TOTO = 'application/vnd.in-toto+json';

let latest: { readonly digest: string; readonly compiled: CompiledTrust } | null = null;

/** The verifier of what is trusted. The one compiled last is kept, as it is nearly always the next one, too. */
export function verifierOf(trust: Trust): Verifier {
  if (latest?.digest !== trust.digest) latest = { digest: trust.digest, compiled: compileTrust(trust) };
  const { compiled } = latest;
  return (signed, ambiguous, receivedAt) => ({
    trust: trust.digest,
    trust_since: trust.since,
    libraries: LIBRARIES,
    attestations: verifyAll(signed, (one) => verifyOne(one, ambiguous, receivedAt, compiled)),
    attestations_total: signed.length,
  });
}

// Where one signature in a document does not hold, somebody has had a hand in it: nothing else in it is believed either.
function verifyAll(signed: readonly Signed[], verify: (one: Signed) => Attestation): Attestation[] {
  const all = signed.slice(0, MAX_ATTESTATIONS).map((one) => verifiedOrRefused(one, verify));
  const broken = all.find(({ links }) => links.some(({ link, held }) => !held && OF_SIGNATURE.has(link)));
  const other =
    signed.length > MAX_ATTESTATIONS
      ? failed('signature', 'too_many_attestations', `The document holds more than ${MAX_ATTESTATIONS}`)
      : broken &&
        failed('signature', 'other_attestation', `Another one in the document does not hold: ${broken.pointer || '/'}`);
  if (other === undefined) return all;
  return all.map((one) => (isSigned(one) ? { ...one, links: [other, ...one.links.slice(1)] } : one));
}

// Whatever a library throws is a refusal. Its own words would tell a caller nothing.
function verifiedOrRefused(one: Signed, verify: (one: Signed) => Attestation): Attestation {
  try {
    return verify(one);
  } catch {
    const link = failed('signature', 'verifier_failed', 'It is built in a way that the verifier does not take');
    return attestation(one, { ...UNSIGNED, links: [link] }, NO_CLAIMS);
  }
}

const OF_SIGNATURE: ReadonlySet<CheckName> = new Set(['signature', 'certificate', 'key', 'log', 'timestamp']);

const isSigned = ({ links }: Attestation) => links.every(({ link, held }) => held || !OF_SIGNATURE.has(link));

const NOT_VERIFIED: Record<UnverifiedForm, string> = {
  xml_dsig: 'Signatures within XML (XML-DSig) are not verified',
  jsf: 'Signatures within JSON (JSF) are not verified',
  detached_signature: 'Signatures in files of their own are not verified: send a Sigstore bundle or a DSSE envelope',
  unreadable: 'It cannot be read',
};

function verifyOne(one: Signed, ambiguous: boolean, receivedAt: string, trust: CompiledTrust): Attestation {
  if (one.form !== 'envelope' && one.form !== 'bundle' && one.form !== 'message')
    return attestation(one, { ...UNSIGNED, links: [failed('signature', one.form, NOT_VERIFIED[one.form])] }, NO_CLAIMS);
  if (ambiguous) {
    const link = failed('signature', 'duplicate_key', 'A field of the document occurs twice');
    return attestation(one, { ...UNSIGNED, links: [link] }, NO_CLAIMS);
  }
  if (one.form === 'message') {
    const same = (entity: Parameters<typeof signedDigest>[0]) => signedDigest(entity, one.algorithm, one.digest);
    const verified = verifyBundle(one.bundle, ({ content }) => isMessage(content, one), same, trust);
    const links = [...messageLinks(verified.by, trust), ...callerLinks(verified.by, trust)];
    return attestation(one, verified, { links, by: allowed(verified.by, null, null, trust) });
  }
  const verified =
    one.form === 'bundle'
      ? verifyBundle(
          one.bundle,
          ({ content }) => isEnvelope(content, one),
          (entity) => entity,
          trust,
        )
      : verifyEnvelope(one.envelope, receivedAt, trust);
  return attestation(one, verified, claimsOf(one, verified, trust));
}

const NO_CLAIMS: Claims = { links: [], by: NOBODY };

const UNSIGNED: Omit<Verified, 'links'> = { signers: [], signedAt: null, by: NOBODY };

type Enveloped = Extract<Signed, { form: 'envelope' | 'bundle' }>;

type Content = Parameters<Parameters<typeof verifyBundle>[1]>[0]['content'];

function isEnvelope(content: Content, { envelope }: Enveloped): boolean {
  if (content.$case !== 'dsseEnvelope') return false;
  const { payload, payloadType, signatures } = content.dsseEnvelope;
  const [sig] = envelope.signatures;
  return (
    payloadType === envelope.payloadType &&
    Buffer.compare(payload, envelope.payload) === 0 &&
    signatures.length === 1 &&
    envelope.signatures.length === 1 &&
    sig?.sig != null &&
    Buffer.compare(signatures[0]?.sig ?? Buffer.alloc(0), sig.sig) === 0
  );
}

function isMessage(content: Content, { digest }: Extract<Signed, { form: 'message' }>): boolean {
  return (
    content.$case === 'messageSignature' && Buffer.compare(content.messageSignature.messageDigest.digest, digest) === 0
  );
}

// What the payload says: its type, the type of its predicate, and for provenance who built it from what. `by` are those who count for it.
function claimsOf({ envelope, statement }: Enveloped, { by }: Verified, trust: CompiledTrust): Claims {
  const { payloadType } = envelope;
  const payload_type =
    payloadType === IN_TOTO
      ? held('payload_type', payloadType)
      : failed('payload_type', 'payload_type_unknown', `Only ${IN_TOTO} is read, and this is ${payloadType}`);
  const links = [payload_type, predicateLink(statement, by, trust)];
  const signers = allowed(by, statement?.predicate_type ?? null, vouchOf(statement), trust);
  if (statement?.facts?.kind !== 'provenance') return { links: [...links, ...callerLinks(by, trust)], by: signers };
  const { facts, predicate } = statement;
  const builder = isKnown(by) ? builderLink(facts.builder_id, signers, predicate, trust) : UNKNOWN_BUILDER;
  const { source, counting } = sourceBy(builder, signers, facts, predicate, trust);
  return { links: [...links, builder.link, source], by: counting };
}

// Who speaks for the builder with any parameters is asked only where the others do not do: one and the same signer must count for all of it.
function sourceBy(
  { link, by, withAny }: SpokenFor,
  signers: SignedBy,
  facts: Parameters<typeof sourceLink>[0],
  predicate: unknown,
  trust: CompiledTrust,
): { source: Check; counting: SignedBy } {
  const speaking = link.held ? by : signers;
  const source = sourceLink(facts, predicate, speaking, trust, false);
  if (source.held) return { source, counting: countingFor(speaking, predicate, trust) };
  if (withAny === null) return { source, counting: speaking };
  const any = sourceLink(facts, predicate, withAny, trust, true);
  return { source: any, counting: any.held ? countingFor(withAny, predicate, trust) : speaking };
}

type Claims = { readonly links: Check[]; readonly by: SignedBy };

const UNKNOWN_BUILDER: SpokenFor = {
  link: failed('builder', 'not_checked', 'It was not checked, as nobody is known to have signed'),
  by: NOBODY,
  withAny: null,
};

function vouchOf(statement: Enveloped['statement']): Vouch | null {
  const flag = flagOfKind(statement?.facts ?? null);
  return flag === null ? null : VOUCH_OF_FLAG[flag];
}

// Who may sign predicates of some types may not sign what has none.
function messageLinks(by: SignedBy, trust: CompiledTrust): Check[] {
  if (!isKnown(by) || isKnown(allowed(by, null, null, trust))) return [];
  return [
    failed('predicate_type', 'predicate_type_not_of_signer', 'The signer may sign predicates of some types only'),
  ];
}

function callerLinks(by: SignedBy, trust: CompiledTrust): Check[] {
  const link = callerLink(by, trust);
  return link === null ? [] : [link];
}

function predicateLink(statement: Enveloped['statement'], by: SignedBy, trust: CompiledTrust): Check {
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
    const signers = allowed(by, type, earns, trust);
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
  return held('predicate_type', type);
}

// Whether anybody of the trust file signed.
const isKnown = ({ identities, keys }: SignedBy) => identities.length > 0 || keys.length > 0;

function isRead(facts: EvidenceFacts | null): boolean {
  if (facts === null) return false;
  if (facts.kind === 'attestation') return facts.predicate !== null;
  return facts.kind === 'provenance' ? facts.slsa : true;
}

/** The signers who may sign predicates of a type that earn this. */
function allowed(by: SignedBy, type: string | null, earns: Vouch | null, trust: CompiledTrust): SignedBy {
  const may = (what: 'keys' | 'identities') => by[what].filter((name) => trust.maySign(what, name, type ?? '', earns));
  const identities = may('identities');
  return { ...by, keys: may('keys'), identities, exact: by.exact.filter((name) => identities.includes(name)) };
}

function attestation(one: Signed, { links, signers, signedAt, by }: Verified, claims: Claims): Attestation {
  const statement = 'statement' in one ? one.statement : null;
  return {
    pointer: one.pointer,
    kind: statement?.kind ?? 'signature',
    predicate_type: statement?.predicate_type ?? null,
    signers: counting(signers, claims.by),
    signed_at: signedAt,
    claims: by.claims,
    links: [...links, ...claims.links],
    facts: statement?.facts ?? null,
    tool: statement?.tool ?? null,
    subjects: statement?.subjects ?? [],
    subjects_total: statement?.subjects_total ?? 0,
  };
}

// Those who count, by the names under which they do. Where nobody does, whoever signed is told without a name: none is trusted for it.
function counting(signers: readonly Signer[], { identities, keys }: SignedBy): Signer[] {
  const [identity = null] = identities;
  if (signers.some(({ subject }) => subject !== null)) return signers.map((one) => ({ ...one, trusted_as: identity }));
  const counted = signers.filter(({ trusted_as }) => trusted_as !== null && keys.includes(trusted_as));
  return counted.length > 0 ? counted : signers.map((one) => ({ ...one, trusted_as: null }));
}
