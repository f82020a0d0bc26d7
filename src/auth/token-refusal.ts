// Why an ID token is refused. Codes are API: they are added, never renamed.

/** Each code with its words for the caller. They show nothing of the token. */
export const TOKEN_REFUSALS = {
  malformed: 'It is not a JWT: three parts in base64url, joined by dots',
  encrypted: 'It is an encrypted JWT (JWE), which is not accepted',
  too_large: 'It is longer than 8,192 characters',
  ambiguous_claims: 'A header or claim of it occurs twice, or cannot be read exactly',
  algorithm_not_allowed: 'Its algorithm is none of RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, EdDSA',
  embedded_key: 'Its header carries or refers to a key (jwk, jku, x5u, x5c), which is not accepted',
  unknown_crit: 'Its header has critical extensions (crit), which are not known here',
  issuer_missing: 'It has no issuer (iss)',
  issuer_unknown: 'Its issuer (iss) is not one that AUTH_FILE names; they are compared character by character',
  audience_missing: 'It has no audience (aud)',
  audience_other: 'Its audience (aud) is not the one that AUTH_FILE names for its issuer',
  audience_several: 'It has several audiences (aud), so that others hold it too',
  subject_invalid: 'Its subject (sub) is missing, or is not a text of 1 to 1,024 characters',
  expiry_missing: 'It has no expiry (exp)',
  expired: 'It has expired (exp)',
  issued_at_missing: 'It does not say when it was issued (iat)',
  issued_in_future: 'It was issued in the future (iat): compare the clocks',
  too_old: 'It was issued longer ago than max_token_age allows (iat)',
  not_yet_valid: 'It is not valid yet (nbf)',
  time_invalid: 'One of its times (exp, iat, nbf) is not a number of seconds',
  key_unknown: 'The issuer has no key of that id (kid) for that algorithm',
  signature_invalid: 'Its signature is not valid',
} as const;
export type TokenRefusalCode = keyof typeof TOKEN_REFUSALS;

/** Thrown for an ID token that is not accepted. */
export type TokenRefusal = Error & { readonly refusal: TokenRefusalCode };

export function tokenRefusal(code: TokenRefusalCode, cause?: unknown): TokenRefusal {
  return Object.assign(new Error(TOKEN_REFUSALS[code], { cause }), { refusal: code });
}

export function isTokenRefusal(error: unknown): error is TokenRefusal {
  return error instanceof Error && 'refusal' in error && Object.hasOwn(TOKEN_REFUSALS, String(error.refusal));
}
