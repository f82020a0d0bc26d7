// The routes of API tokens, and the one that says who calls.
import type { FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { PageQuery, pageRequest, rowsOf } from '../http/page.ts';
import type { PublicUrl } from '../http/public-url.ts';
import { answers, knownRefusals, refusals } from '../http/responses.ts';
import { IDENTIFIED } from '../http/route-permissions.ts';
import type { Principal } from './principal.ts';
import type { TokenStore } from './store.ts';
import { shownToken, Token, TokenParams } from './token.ts';
import { type TokenWrites, tokenWrites } from './token-writes.ts';
import { Whoami, whoamiOf } from './whoami.ts';

export type TokenRoutes = TokenWrites & {
  /** The stores of the request's tenant. */
  storesFor(request: FastifyRequest): { readonly tokens: TokenStore };
  /** Who sent the request. */
  principalOf(request: FastifyRequest): Principal;
  now(): Date;
  publicUrl: PublicUrl | null;
};

export const tokens =
  (deps: TokenRoutes): FastifyPluginAsyncZod =>
  async (app) => {
    const tags = ['Callers'];
    const at = () => deps.now().toISOString();

    app.get(
      '/whoami',
      {
        config: { permission: IDENTIFIED },
        schema: {
          operationId: 'getWhoami',
          summary: 'Who calls, and what that caller may do',
          description: 'Tries a credential out: it shows what the caller may do, and nothing is changed.',
          tags,
          response: { ...answers(200, 'The caller of this request.', Whoami), ...knownRefusals() },
        },
      },
      async (request) => whoamiOf(deps.principalOf(request)),
    );

    await app.register(tokenWrites(deps));

    app.get(
      '/tokens',
      {
        config: { permission: 'tokens:read' },
        schema: {
          operationId: 'listTokens',
          summary: 'List API tokens, newest first',
          description: 'All tokens of the tenant, those that are expired or revoked, too. No answer has their texts.',
          tags,
          querystring: PageQuery,
          response: {
            ...answers(200, 'One page of tokens. `Link` points to the next page.', z.array(Token)),
            ...refusals(),
          },
        },
      },
      async (request, reply) => {
        const { rows, next } = await deps.storesFor(request).tokens.list(pageRequest(request.query));
        return rowsOf(deps, { rows: rows.map((row) => shownToken(row, at())), next }, request, reply);
      },
    );

    app.get(
      '/tokens/:token_id',
      {
        config: { permission: 'tokens:read' },
        schema: {
          operationId: 'getToken',
          summary: 'Get an API token',
          description: 'The token without its text, which only the answers to creating and rotating it have.',
          tags,
          params: TokenParams,
          response: { ...answers(200, 'The token.', Token), ...refusals('token_not_found') },
        },
      },
      async (request) => shownToken(await deps.storesFor(request).tokens.get(request.params.token_id), at()),
    );
  };
