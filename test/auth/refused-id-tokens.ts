// ID tokens that are refused, each with its code.
import type { TokenRefusalCode } from '../../src/auth/token-refusal.ts';
import { base64url, CLAIMS, hmacToken, idToken, newSigningKey, SECONDS } from './id-tokens.ts';

export const [EC, RSA, FOREIGN] = [newSigningKey('ec-1'), newSigningKey('rsa-1', 'RS256'), newSigningKey('foreign')];

const without = (name: string) => ({ [name]: undefined });
/** With the signature of another token. */
const swapped = (() => {
  const [head, body] = idToken(EC).split('.');
  return `${head}.${body}.${idToken(EC, { sub: 'another' }).split('.')[2]}`;
})();
const [HEAD = '', BODY = '', SIGNATURE = ''] = idToken(EC).split('.');

/** ID tokens that are refused, at `NOW`, where `EC` and `RSA` are the keys of the issuer and `FOREIGN` that of another. */
export const REFUSED: readonly [what: string, text: string, code: TokenRefusalCode][] = [
  ['with alg none', `${base64url('{"alg":"none"}')}.${BODY}.`, 'malformed'],
  ['with alg none and a signature', idToken(EC, {}, { alg: 'none' }), 'algorithm_not_allowed'],
  ['with alg None', idToken(EC, {}, { alg: 'None' }), 'algorithm_not_allowed'],
  ['with HS256 by the public key', hmacToken(EC), 'algorithm_not_allowed'],
  ['without alg', idToken(EC, {}, { alg: undefined }), 'algorithm_not_allowed'],
  ['with RS256 for a key on a curve', idToken(EC, {}, { alg: 'RS256' }), 'key_unknown'],
  ['with ES256 for an RSA key', idToken(RSA, {}, { alg: 'ES256' }), 'key_unknown'],
  ['with another RSA scheme than that of the key', idToken(RSA, {}, { alg: 'PS256' }), 'key_unknown'],
  ['with the kid of another issuer', idToken(FOREIGN), 'key_unknown'],
  ['of the key of another issuer, with the kid of this one', idToken({ ...FOREIGN, kid: 'ec-1' }), 'signature_invalid'],
  ['with a path in its kid', idToken(EC, {}, { kid: '../../ec-1' }), 'key_unknown'],
  ['with a kid that is no text', idToken(EC, {}, { kid: 1 }), 'malformed'],
  ['with a kid of the prototype', idToken(EC, {}, { kid: '__proto__' }), 'key_unknown'],
  ['with jwk', idToken(EC, {}, { jwk: EC.jwk }), 'embedded_key'],
  ['with jku', idToken(EC, {}, { jku: 'https://evil.example/keys' }), 'embedded_key'],
  ['with x5u', idToken(EC, {}, { x5u: 'https://evil.example/cert' }), 'embedded_key'],
  ['with x5c', idToken(EC, {}, { x5c: ['MIIB'] }), 'embedded_key'],
  ['with an unknown crit', idToken(EC, {}, { crit: ['exp'], exp: 1 }), 'unknown_crit'],
  ['with b64 as crit', idToken(EC, {}, { crit: ['b64'], b64: true }), 'unknown_crit'],
  ['without an issuer', idToken(EC, without('iss')), 'issuer_missing'],
  ['of an issuer with a slash more', idToken(EC, { iss: `${CLAIMS.iss}/` }), 'issuer_unknown'],
  ['of an issuer in another case', idToken(EC, { iss: CLAIMS.iss.replace('token', 'Token') }), 'issuer_unknown'],
  ['of an issuer with userinfo', idToken(EC, { iss: CLAIMS.iss.replace('//', '//a@') }), 'issuer_unknown'],
  ['of an issuer with a space', idToken(EC, { iss: ` ${CLAIMS.iss}` }), 'issuer_unknown'],
  ['of a list of issuers', idToken(EC, { iss: [CLAIMS.iss] }), 'issuer_unknown'],
  ['without an audience', idToken(EC, without('aud')), 'audience_missing'],
  ['for another audience', idToken(EC, { aud: 'https://vault.example.com' }), 'audience_other'],
  ['for an audience that begins like ours', idToken(EC, { aud: `${CLAIMS.aud}.evil` }), 'audience_other'],
  ['for ours and another audience', idToken(EC, { aud: [CLAIMS.aud, 'https://x.example'] }), 'audience_several'],
  ['for ours twice', idToken(EC, { aud: [CLAIMS.aud, CLAIMS.aud] }), 'audience_several'],
  ['for a list of no audience', idToken(EC, { aud: [] }), 'audience_other'],
  ['without exp', idToken(EC, without('exp')), 'expiry_missing'],
  ['without iat', idToken(EC, without('iat')), 'issued_at_missing'],
  ['without sub', idToken(EC, without('sub')), 'subject_invalid'],
  ['whose exp is a text', idToken(EC, { exp: String(CLAIMS.exp) }), 'time_invalid'],
  ['whose nbf is null', idToken(EC, { nbf: null }), 'time_invalid'],
  ['that expired 6 s ago', idToken(EC, { exp: SECONDS - 6 }), 'expired'],
  ['that was issued an hour ahead', idToken(EC, { iat: SECONDS + 3_600 }), 'issued_in_future'],
  ['that is older than allowed', idToken(EC, { iat: SECONDS - 3_610 }), 'too_old'],
  ['that becomes valid in a minute', idToken(EC, { nbf: SECONDS + 60 }), 'not_yet_valid'],
  [
    'with sub twice',
    idToken(EC, JSON.stringify(CLAIMS).replace('{', '{"sub":"repo:evil/evil:ref:refs/heads/main",')),
    'ambiguous_claims',
  ],
  ['with a claim of the prototype', idToken(EC, '{"__proto__":{"sub":"a"}}'), 'ambiguous_claims'],
  ['whose sub is a list', idToken(EC, { sub: [CLAIMS.sub] }), 'subject_invalid'],
  ['whose sub is a number', idToken(EC, { sub: 7 }), 'subject_invalid'],
  ['whose sub is empty', idToken(EC, { sub: '' }), 'subject_invalid'],
  ['whose sub is very long', idToken(EC, { sub: 'a'.repeat(1_025) }), 'subject_invalid'],
  ['that is oversize', idToken(EC, { filler: 'a'.repeat(8_192) }), 'too_large'],
  ['of five parts (JWE)', `${HEAD}.${BODY}.${SIGNATURE}.${BODY}.${SIGNATURE}`, 'encrypted'],
  ['of two parts', `${HEAD}.${BODY}`, 'malformed'],
  ['of no parts', '', 'malformed'],
  ['with padding', `${HEAD}.${BODY}.${SIGNATURE}==`, 'malformed'],
  ['with a line end', `${HEAD}.${BODY}.${SIGNATURE}\n`, 'malformed'],
  ['with a space in it', `${HEAD}. ${BODY}.${SIGNATURE}`, 'malformed'],
  ['in plain base64', `${HEAD}.${BODY}.${SIGNATURE.slice(0, -1)}+`, 'malformed'],
  ['with the signature of another token', swapped, 'signature_invalid'],
  ['whose claims are no object', idToken(EC, '[1]'), 'malformed'],
  ['whose claims are no JSON', idToken(EC, '{'), 'malformed'],
];
