// A real OpenID provider on loopback that gives a CI job an ID token, as GitHub Actions and GitLab do.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';
import { newPrivateKey } from './id-tokens.ts';

export type OidcIssuer = {
  readonly url: string;
  /** An ID token for `audience` with these claims, signed by the key in use. */
  token(audience: string, claims: Record<string, unknown>): Promise<string>;
  /** Signs with a new key from now on, and publishes it alone. */
  rollOver(): void;
  /** Closes every connection that asks for its document or its keys, or no longer. Tokens are issued all the same. */
  goAway(isAway: boolean): void;
  /** Requests of its discovery document and of its keys so far. */
  requests(): number;
  close(): Promise<void>;
};

const JOB_GRANT = 'urn:example:ci-job';
const SECRET = 'secret-of-a-client-in-tests';

export async function startOidcIssuer(audiences: readonly string[]): Promise<OidcIssuer> {
  let asked = 0;
  let isAway = false;
  let callback: ReturnType<Provider['callback']> = (_request, response) => void response.writeHead(503).end();
  const server = createServer((request, response) => {
    if (request.method === 'GET') asked += 1;
    if (request.method === 'GET' && isAway) request.socket.destroy();
    else callback(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  let keys = 0;
  const rollOver = () => {
    keys += 1;
    callback = providerWith(url, `key-${keys}`, audiences).callback();
  };
  rollOver();
  return {
    url,
    rollOver,
    goAway(away) {
      isAway = away;
    },
    requests: () => asked,
    async token(audience, claims) {
      const fields = {
        grant_type: JOB_GRANT,
        client_id: audience,
        client_secret: SECRET,
        claims: JSON.stringify(claims),
      };
      const response = await fetch(`${url}/token`, { method: 'POST', body: new URLSearchParams(fields) });
      if (response.status !== 200) throw new Error(`The issuer answered ${response.status}: ${await response.text()}`);
      return ((await response.json()) as { id_token: string }).id_token;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function providerWith(url: string, kid: string, audiences: readonly string[]): Provider {
  const jwk = { ...newPrivateKey('RS256').export({ format: 'jwk' }), kid, alg: 'RS256', use: 'sig' };
  const provider = new Provider(url, {
    jwks: { keys: [jwk] },
    clients: audiences.map((client_id) => ({
      ...{ client_id, client_secret: SECRET, token_endpoint_auth_method: 'client_secret_post' },
      ...{ grant_types: [JOB_GRANT], redirect_uris: [], response_types: [] },
    })),
    features: { devInteractions: { enabled: false } },
    ttl: { IdToken: 600 },
  });
  provider.registerGrantType(JOB_GRANT, (context) => answerToken(provider, context), ['claims']);
  return provider;
}

async function answerToken(provider: Provider, context: Parameters<Parameters<Provider['registerGrantType']>[1]>[0]) {
  const claims = JSON.parse(context.oidc.params.claims ?? '{}') as Record<string, unknown>;
  const token = new provider.IdToken({ sub: claims.sub }, { ctx: context });
  token.scope = 'openid';
  for (const [name, value] of Object.entries(claims)) token.set(name, value);
  context.body = { token_type: 'Bearer', id_token: await token.issue({ use: 'idtoken' }) };
}
