// Verifies an OIDC ID token: its form, its issuer, its signature and its times.
import { createLocalJWKSet, errors, type JSONWebKeySet, jwtVerify } from 'jose';
import { field, type JsonObject } from '../json/fields.ts';
import { jwtParts } from './jwt-parts.ts';
import { type TokenRefusalCode, tokenRefusal } from './token-refusal.ts';

/** An issuer that is trusted to name callers. */
export type Issuer = {
  /** Compared character by character with `iss`. */
  readonly issuer: string;
  /** What its tokens must be made for, and for nobody else. */
  readonly audience: string;
  /** In seconds since `iat`. */
  readonly max_token_age: number;
};

/** A verified token: the issuer that it is of, and all its claims. */
export type VerifiedToken<Of extends Issuer> = { readonly issuer: Of; readonly claims: JsonObject };

/** Asymmetric only: with a shared secret, whoever verifies could sign. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'EdDSA'];
const KEY_HEADERS = ['jwk', 'jku', 'x5u', 'x5c'];
export const CLOCK_TOLERANCE_SECONDS = 5;
const MAX_SUBJECT = 1_024;

/**
 * Throws a `TokenRefusal`, and whatever `keysOf` throws. `keysOf` returns the keys of an issuer;
 * it is called only once the token names that issuer and has the right form. With a `kid`, it makes
 * sure that they are new enough to have that key.
 */
export async function verifyIdToken<Of extends Issuer>(
  text: string,
  issuers: readonly Of[],
  keysOf: (issuer: Of, kid: string | null) => Promise<JSONWebKeySet>,
  now: Date,
): Promise<VerifiedToken<Of>> {
  const { header, claims } = jwtParts(text);
  checkHeader(header);
  const issuer = issuerOf(claims, issuers);
  checkClaims(claims, issuer);
  const keys = await keysOf(issuer, keyIdOf(header));
  try {
    await jwtVerify(text, createLocalJWKSet(keys), {
      issuer: issuer.issuer,
      audience: issuer.audience,
      algorithms: ALGORITHMS,
      requiredClaims: ['exp', 'iat', 'sub'],
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      maxTokenAge: issuer.max_token_age,
      currentDate: now,
    });
  } catch (error) {
    throw tokenRefusal(codeOf(error), error);
  }
  return { issuer, claims };
}

function checkHeader(header: JsonObject): void {
  if (KEY_HEADERS.some((name) => Object.hasOwn(header, name))) throw tokenRefusal('embedded_key');
  if (Object.hasOwn(header, 'crit')) throw tokenRefusal('unknown_crit');
  const algorithm = field(header, 'alg');
  if (typeof algorithm !== 'string' || !ALGORITHMS.includes(algorithm)) throw tokenRefusal('algorithm_not_allowed');
}

function keyIdOf(header: JsonObject): string | null {
  const kid = field(header, 'kid');
  if (kid === undefined || typeof kid === 'string') return kid ?? null;
  throw tokenRefusal('malformed');
}

function issuerOf<Of extends Issuer>(claims: JsonObject, issuers: readonly Of[]): Of {
  const named = field(claims, 'iss');
  if (named === undefined) throw tokenRefusal('issuer_missing');
  const issuer = issuers.find((one) => one.issuer === named);
  if (issuer === undefined) throw tokenRefusal('issuer_unknown');
  return issuer;
}

function checkClaims(claims: JsonObject, { audience }: Issuer): void {
  const { aud, sub } = { aud: field(claims, 'aud'), sub: field(claims, 'sub') };
  if (aud === undefined) throw tokenRefusal('audience_missing');
  if (Array.isArray(aud) && aud.length > 1) throw tokenRefusal('audience_several');
  if ((Array.isArray(aud) ? aud[0] : aud) !== audience) throw tokenRefusal('audience_other');
  if (typeof sub !== 'string' || sub === '' || sub.length > MAX_SUBJECT) throw tokenRefusal('subject_invalid');
  if (field(claims, 'exp') === undefined) throw tokenRefusal('expiry_missing');
  if (field(claims, 'iat') === undefined) throw tokenRefusal('issued_at_missing');
  for (const name of ['exp', 'iat', 'nbf']) {
    const time = field(claims, name);
    if (time !== undefined && typeof time !== 'number') throw tokenRefusal('time_invalid');
  }
}

// What jose throws, in our words. What it may throw beside these is no reason to accept a token.
function codeOf(error: unknown): TokenRefusalCode {
  if (error instanceof errors.JWTExpired) return error.claim === 'iat' ? 'too_old' : 'expired';
  if (error instanceof errors.JWTClaimValidationFailed) return CLAIM_CODES[error.claim] ?? 'malformed';
  if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys)
    return 'key_unknown';
  if (error instanceof errors.JOSEAlgNotAllowed) return 'algorithm_not_allowed';
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'signature_invalid';
  // The token is decoded by now: what cannot be used is the key.
  if (!(error instanceof errors.JOSEError) || error instanceof errors.JOSENotSupported) return 'key_unknown';
  return 'malformed';
}

const CLAIM_CODES: Readonly<Record<string, TokenRefusalCode>> = {
  iss: 'issuer_unknown',
  aud: 'audience_other',
  sub: 'subject_invalid',
  exp: 'time_invalid',
  iat: 'issued_in_future',
  nbf: 'not_yet_valid',
};
