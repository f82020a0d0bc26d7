// ID tokens for tests: good ones, and bad ones made by hand where a library would not make them.
import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  createSign,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto';
import type { JSONWebKeySet, JWK } from 'jose';

export const NOW = new Date('2026-11-30T12:00:00Z');
export const SECONDS = NOW.getTime() / 1_000;

export type SigningKey = { kid: string; alg: 'RS256' | 'ES256'; privateKey: KeyObject; jwk: JWK };

export function newSigningKey(kid: string, alg: 'RS256' | 'ES256' = 'ES256'): SigningKey {
  const privateKey = newPrivateKey(alg);
  const jwk = createPublicKey(privateKey.export({ type: 'pkcs8', format: 'pem' })).export({ format: 'jwk' }) as JWK;
  return { kid, alg, privateKey, jwk: { ...jwk, kid, alg, use: 'sig' } };
}

/** In Node 20, a key that was generated in this process may deadlock it when it is exported as JWK: it is read again. */
export function newPrivateKey(alg: 'RS256' | 'ES256'): KeyObject {
  const { privateKey } =
    alg === 'RS256'
      ? generateKeyPairSync('rsa', { modulusLength: 2_048 })
      : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return createPrivateKey(privateKey.export({ type: 'pkcs8', format: 'pem' }));
}

export const keySet = (...keys: readonly SigningKey[]): JSONWebKeySet => ({ keys: keys.map(({ jwk }) => jwk) });

export const CLAIMS = {
  iss: 'https://token.actions.githubusercontent.com',
  aud: 'https://maestro.example.com',
  sub: 'repo:acme/payment-api:ref:refs/heads/main',
  iat: SECONDS - 10,
  nbf: SECONDS - 10,
  exp: SECONDS + 300,
};

/** A token with these claims, or this text of claims, signed by `key` over whatever the header says. */
export function idToken(key: SigningKey, claims: object | string = {}, header: object = {}): string {
  const text = typeof claims === 'string' ? claims : JSON.stringify({ ...CLAIMS, ...claims });
  const head = JSON.stringify({ alg: key.alg, kid: key.kid, typ: 'JWT', ...header });
  const signed = `${base64url(head)}.${base64url(text)}`;
  const signer = createSign('sha256').update(signed);
  return `${signed}.${signer.sign({ key: key.privateKey, dsaEncoding: 'ieee-p1363' }, 'base64url')}`;
}

/** A token whose signature is an HMAC by the public key of `key`, as a confused verifier would check it. */
export function hmacToken(key: SigningKey): string {
  const signed = `${base64url(JSON.stringify({ alg: 'HS256', kid: key.kid }))}.${base64url(JSON.stringify(CLAIMS))}`;
  return `${signed}.${createHmac('sha256', JSON.stringify(key.jwk)).update(signed).digest('base64url')}`;
}

export const base64url = (text: string) => Buffer.from(text).toString('base64url');
