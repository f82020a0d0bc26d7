// Verifies what is signed in a document: every check but the subject, which depends on the run.
import type { Signed, UnverifiedForm, Verifier } from '../domain/evidence/signed.ts';
import type { Attestation, CheckName } from '../domain/evidence/verification.ts';
import { failed } from './checks.ts';
import { type CompiledTrust, compileTrust } from './compiled.ts';
import { verifyEnvelope } from './dsse.ts';
import { LIBRARIES } from './libraries.ts';
import { signedDigest } from './message.ts';
import { countedSigners, NOBODY, type SignatureResult } from './signed-by.ts';
import { verifyBundle } from './sigstore.ts';
import { checkMessage, checkStatement, type Enveloped, type StatementResult } from './statement-checks.ts';
import type { TrustPolicy } from './trust-policy.ts';

/** The maximum of attestations verified per document. More refuse all of them. */
const MAX_ATTESTATIONS = 32;

// A cache: the policy compiled last is nearly always the next one too, and compiling parses every
// key and root. It changes no result: the digest that it is found by covers all of the policy.
let latest: { readonly digest: string; readonly compiled: CompiledTrust } | null = null;

/** The verifier of a trust policy. */
export function verifierOf(trust: TrustPolicy): Verifier {
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

// One bad signature in a document means that it was tampered with: nothing else in it is believed
// either.
function verifyAll(signed: readonly Signed[], verify: (one: Signed) => Attestation): Attestation[] {
  const all = signed.slice(0, MAX_ATTESTATIONS).map((one) => verifiedOrRefused(one, verify));
  const refusal = refusalOfAll(signed.length, all);
  if (refusal === null) return all;
  return all.map((one) => (isSigned(one) ? { ...one, links: [refusal, ...one.links.slice(1)] } : one));
}

function refusalOfAll(total: number, all: readonly Attestation[]) {
  if (total > MAX_ATTESTATIONS)
    return failed('signature', 'too_many_attestations', `The document holds more than ${MAX_ATTESTATIONS}`);
  const broken = all.find((one) => !isSigned(one));
  if (broken === undefined) return null;
  const detail = `Another one in the document does not hold: ${broken.pointer || '/'}`;
  return failed('signature', 'other_attestation', detail);
}

// Whatever a library throws is a refusal. Its own words would tell a caller nothing.
function verifiedOrRefused(one: Signed, verify: (one: Signed) => Attestation): Attestation {
  try {
    return verify(one);
  } catch {
    return refused(one, 'verifier_failed', 'It is built in a way that the verifier does not take');
  }
}

function refused(one: Signed, code: string, detail: string): Attestation {
  const checks = [failed('signature', code, detail)];
  return attestation(one, { checks, signers: [], signedAt: null, by: NOBODY }, { checks: [], by: NOBODY });
}

const OF_SIGNATURE: ReadonlySet<CheckName> = new Set(['signature', 'certificate', 'key', 'log', 'timestamp']);

// False without any check, though every attestation has one of its signature.
const isSigned = ({ links }: Attestation) =>
  links.length > 0 && links.every(({ link, held }) => held || !OF_SIGNATURE.has(link));

const NOT_VERIFIED: Record<UnverifiedForm, string> = {
  xml_dsig: 'Signatures within XML (XML-DSig) are not verified',
  jsf: 'Signatures within JSON (JSF) are not verified',
  detached_signature: 'Signatures in files of their own are not verified: send a Sigstore bundle or a DSSE envelope',
  unreadable: 'It cannot be read',
};

function verifyOne(one: Signed, ambiguous: boolean, receivedAt: string, trust: CompiledTrust): Attestation {
  if (one.form !== 'envelope' && one.form !== 'bundle' && one.form !== 'message')
    return refused(one, one.form, NOT_VERIFIED[one.form]);
  if (ambiguous) return refused(one, 'duplicate_key', 'A field of the document occurs twice');
  if (one.form === 'message') {
    const same = (entity: Parameters<typeof signedDigest>[0]) => signedDigest(entity, one.algorithm, one.digest);
    const result = verifyBundle(one.bundle, ({ content }) => isMessage(content, one), same, trust);
    return attestation(one, result, checkMessage(result.by, trust));
  }
  const result =
    one.form === 'bundle'
      ? verifyBundle(
          one.bundle,
          ({ content }) => isEnvelope(content, one),
          (entity) => entity,
          trust,
        )
      : verifyEnvelope(one.envelope, receivedAt, trust);
  return attestation(one, result, checkStatement(one, result.by, trust));
}

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

function attestation(one: Signed, result: SignatureResult, said: StatementResult): Attestation {
  const statement = 'statement' in one ? one.statement : null;
  return {
    pointer: one.pointer,
    kind: statement?.kind ?? 'signature',
    predicate_type: statement?.predicate_type ?? null,
    signers: countedSigners(result.signers, said.by),
    signed_at: result.signedAt,
    claims: result.by.claims,
    links: [...result.checks, ...said.checks],
    facts: statement?.facts ?? null,
    tool: statement?.tool ?? null,
    subjects: statement?.subjects ?? [],
    subjects_total: statement?.subjects_total ?? 0,
  };
}
