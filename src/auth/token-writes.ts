// The routes that create, rotate and revoke API tokens.
import type { FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { invalid, MaestroError } from '../domain/errors.ts';
import type { Stamp } from '../domain/event/event.ts';
import { type PublicUrl, publicPath } from '../http/public-url.ts';
import { answers, BODY_REFUSALS, refusals } from '../http/responses.ts';
import { createToken, revokeToken, rotateToken } from './change-token.ts';
import type { Principal } from './principal.ts';
import type { TokenStore } from './store.ts';
import { CreatedToken, CreateTokenRequest, RotateTokenRequest, shownToken, TokenParams } from './token.ts';

export type TokenWrites = {
  /** The stores of the request's tenant. */
  storesFor(request: FastifyRequest): { readonly tokens: TokenStore };
  /** The stamp of an event that the request causes. */
  stampOf(request: FastifyRequest): Stamp;
  /** Who sent the request. */
  principalOf(request: FastifyRequest): Principal;
  newId(): string;
  /** 32 random bytes. */
  newSecret(): Uint8Array;
  publicUrl: PublicUrl | null;
};

export const tokenWrites =
  (deps: TokenWrites): FastifyPluginAsyncZod =>
  async (app) => {
    const tags = ['Callers'];

    app.post(
      '/tokens',
      {
        config: { permission: 'tokens:write' },
        schema: {
          operationId: 'createToken',
          summary: 'Create an API token',
          description:
            'The answer has the text of the token, and no later one does. Nobody grants more than they have: neither ' +
            'roles nor owners. `Idempotency-Key` is refused, as the text could not be answered again.',
          tags,
          body: CreateTokenRequest,
          response: {
            ...answers(201, 'The token with its text. `Location` is its path.', CreatedToken),
            ...refusals('role_not_granted', 'owner_not_granted', ...BODY_REFUSALS),
          },
        },
      },
      async (request, reply) => {
        refuseKey(request);
        const made = { id: deps.newId(), secret: deps.newSecret() };
        const stamp = deps.stampOf(request);
        const { token, event, text } = createToken(request.body, made, deps.principalOf(request), stamp);
        const created = await deps.storesFor(request).tokens.create(token, event);
        reply.code(201).header('location', publicPath(deps.publicUrl, `/maestro/tokens/${created.id}`));
        return { ...shownToken(created, stamp.at), token: text };
      },
    );

    app.post(
      '/tokens/:token_id/rotate',
      {
        config: { permission: 'tokens:write' },
        schema: {
          operationId: 'rotateToken',
          summary: 'Give an API token a new text',
          description:
            'The token keeps its id, roles and owners. Its text until now is refused in every process within 2 ' +
            'seconds, or, where they are given, after `grace_seconds`; texts before that one are refused in any case. ' +
            'Nobody rotates a token that may do more than they may. `Idempotency-Key` is refused, as the text could ' +
            'not be answered again.',
          tags,
          params: TokenParams,
          body: RotateTokenRequest,
          response: {
            ...answers(200, 'The token with its new text.', CreatedToken),
            ...refusals('token_not_found', 'token_inactive', 'role_not_granted', 'owner_not_granted', ...BODY_REFUSALS),
          },
        },
      },
      async (request) => {
        refuseKey(request);
        const [principal, stamp, secret] = [deps.principalOf(request), deps.stampOf(request), deps.newSecret()];
        let text = '';
        const rotated = await deps.storesFor(request).tokens.update(request.params.token_id, (current) => {
          const change = rotateToken(current, request.body, secret, principal, stamp);
          text = change.text;
          return change;
        });
        return { ...shownToken(rotated, stamp.at), token: text };
      },
    );

    app.delete(
      '/tokens/:token_id',
      {
        config: { permission: 'tokens:write' },
        // The route takes no body.
        bodyLimit: 1_024,
        schema: {
          operationId: 'revokeToken',
          summary: 'Revoke an API token',
          description:
            'Its text is refused from now on, in every process within 2 seconds. The token stays in the list with ' +
            '`revoked_at`. To revoke it again changes nothing.',
          tags,
          params: TokenParams,
          response: {
            ...answers(204, 'The token is revoked.', z.any(), '*/*'),
            ...refusals('token_not_found', ...BODY_REFUSALS),
          },
        },
      },
      async (request, reply) => {
        if (request.body !== undefined)
          throw new MaestroError('unsupported_media_type', 'This call takes no body: the path names the token');
        const stamp = deps.stampOf(request);
        await deps.storesFor(request).tokens.update(request.params.token_id, (current) => revokeToken(current, stamp));
        return reply.code(204).send();
      },
    );
  };

// A repetition would have to be answered with the text of the token, which is not stored.
function refuseKey({ headers }: FastifyRequest): void {
  if (headers['idempotency-key'] === undefined) return;
  const detail = 'is not accepted here, as the text of a token is answered once; look for the token in the list';
  throw invalid([{ in: 'header', pointer: '/idempotency-key', detail }]);
}
