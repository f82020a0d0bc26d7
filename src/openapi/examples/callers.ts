// Recorded by `make openapi` from a server that was sent the requests of test/openapi/examples: do not edit.
import type { Examples } from './example.ts';

export const callers: Examples = {
  getWhoami: {
    '200': {
      body: {
        tenant: 'default',
        actor: { type: 'anonymous', id: 'anonymous', name: 'anonymous' },
        roles: ['admin', 'operator'],
        permissions: [
          'artifacts:read',
          'artifacts:write',
          'evidence:read',
          'evidence:write',
          'gate:read',
          'jobs:read',
          'packs:read',
          'packs:write',
          'runs:read',
          'runs:write',
          'tokens:read',
          'tokens:write',
          'trust:read',
        ],
        owners: null,
        expires_at: null,
      },
    },
    '400': { code: 'malformed_request', detail: 'The query string is not valid percent-encoded UTF-8' },
    '401': {
      headers: { 'www-authenticate': 'Bearer realm="maestro"' },
      code: 'credentials_missing',
      detail: 'This needs a credential, sent as Authorization: Bearer <token>',
    },
    '403': {
      code: 'host_not_allowed',
      detail:
        "This server is bound to loopback: it answers to localhost, 127.0.0.1 and [::1], not to 'rebound.example.com'; PUBLIC_URL adds one more host",
    },
    '422': {
      code: 'validation_failed',
      detail: 'query /trace: unknown parameter `trace`',
      errors: [{ in: 'query', pointer: '/trace', detail: 'unknown parameter `trace`' }],
    },
    '429': {
      headers: { 'retry-after': '60' },
      code: 'too_many_sign_ins',
      detail: 'More than 20 wrong credentials came from your address within a minute; a right one is still accepted',
    },
    '500': { code: 'internal_error', detail: 'Something went wrong; the server log has the details' },
    '503': {
      headers: { 'retry-after': '2' },
      code: 'store_unavailable',
      detail: 'The store does not answer; try again',
    },
  },
  createToken: {
    '201': {
      headers: { location: '/maestro/tokens/0199a1c2-6d2a-7b3c-8e1f-0a1b2c3d4e5f' },
      body: {
        id: '0199a1c2-6d2a-7b3c-8e1f-0a1b2c3d4e5f',
        name: 'payment-api pipeline',
        roles: ['reporter'],
        owners: ['team-payments'],
        status: 'active',
        created_at: '2026-01-31T10:50:00.000Z',
        created_by: 'anonymous',
        expires_at: '2026-05-01T10:50:00.000Z',
        rotated_at: null,
        previous_until: null,
        revoked_at: null,
        last_used_at: null,
        token: 'mst_0199a1c26d2a7b3c8e1f0a1b2c3d4e5fs0Bsh5Vn1o4Yf7ApFvgqI3P9t6HR6uL0zKedVFfrTc30O22dv',
      },
    },
    '400': { code: 'malformed_json', detail: 'The body has the key "name" twice in one object' },
    '401': {
      headers: { 'www-authenticate': 'Bearer realm="maestro", error="invalid_token"' },
      code: 'token_unknown',
      detail: 'There is no such token, or its secret is another',
    },
    '403': {
      code: 'cross_site_request',
      detail:
        "A web page of 'https://ads.example.com' sent this write, and only pages of this server may write; behind a proxy, set PUBLIC_URL to the address of the page",
    },
    '408': { code: 'request_timeout', detail: 'The request took too long to arrive' },
    '413': { code: 'body_too_large', detail: 'The body is larger than the limit of 1024 bytes' },
    '415': {
      code: 'unsupported_media_type',
      detail: 'The body must be JSON in UTF-8, sent with the header content-type: application/json',
      errors: [
        { in: 'header', pointer: '/content-type', detail: 'must be application/json, optionally with charset=utf-8' },
      ],
    },
    '422': {
      code: 'validation_failed',
      detail: 'body /roles/0: must be one of reader, reporter, admin, operator',
      errors: [{ in: 'body', pointer: '/roles/0', detail: 'must be one of reader, reporter, admin, operator' }],
    },
    '429': {
      headers: { 'retry-after': '60' },
      code: 'too_many_sign_ins',
      detail: 'More than 20 wrong credentials came from your address within a minute; a right one is still accepted',
    },
    '500': { code: 'internal_error', detail: 'Something went wrong; the server log has the details' },
    '503': {
      headers: { 'retry-after': '2' },
      code: 'store_unavailable',
      detail: 'The store does not answer; try again',
    },
  },
  rotateToken: {
    '200': {
      body: {
        id: '0199a1c2-6d2a-7b3c-8e1f-0a1b2c3d4e5f',
        name: 'payment-api pipeline',
        roles: ['reporter'],
        owners: ['team-payments'],
        status: 'active',
        created_at: '2026-01-31T10:50:00.000Z',
        created_by: 'anonymous',
        expires_at: '2026-05-01T10:50:00.000Z',
        rotated_at: '2026-01-31T11:00:00.000Z',
        previous_until: '2026-01-31T12:00:00.000Z',
        revoked_at: null,
        last_used_at: null,
        token: 'mst_0199a1c26d2a7b3c8e1f0a1b2c3d4e5fZ0mLGkuJB0k1CTjkZMTPeGn3dd9iyWi650rcgzam8Rt1cC5uq',
      },
    },
    '400': { code: 'malformed_json', detail: 'The body has the key "name" twice in one object' },
    '401': {
      headers: { 'www-authenticate': 'Bearer realm="maestro", error="invalid_token"' },
      code: 'token_unknown',
      detail: 'There is no such token, or its secret is another',
    },
    '403': {
      code: 'cross_site_request',
      detail:
        "A web page of 'https://ads.example.com' sent this write, and only pages of this server may write; behind a proxy, set PUBLIC_URL to the address of the page",
    },
    '404': { code: 'token_not_found', detail: "Token 'payment-api' not found" },
    '408': { code: 'request_timeout', detail: 'The request took too long to arrive' },
    '409': { code: 'token_inactive', detail: 'The token is revoked and cannot be rotated; create another one' },
    '413': { code: 'body_too_large', detail: 'The body is larger than the limit of 1024 bytes' },
    '415': {
      code: 'unsupported_media_type',
      detail: 'The body must be JSON in UTF-8, sent with the header content-type: application/json',
      errors: [
        { in: 'header', pointer: '/content-type', detail: 'must be application/json, optionally with charset=utf-8' },
      ],
    },
    '422': {
      code: 'validation_failed',
      detail: 'body /grace_seconds: must be 604800 or less',
      errors: [{ in: 'body', pointer: '/grace_seconds', detail: 'must be 604800 or less' }],
    },
    '429': {
      headers: { 'retry-after': '60' },
      code: 'too_many_sign_ins',
      detail: 'More than 20 wrong credentials came from your address within a minute; a right one is still accepted',
    },
    '500': { code: 'internal_error', detail: 'Something went wrong; the server log has the details' },
    '503': {
      headers: { 'retry-after': '2' },
      code: 'store_unavailable',
      detail: 'The store does not answer; try again',
    },
  },
  revokeToken: {
    '204': {},
    '400': { code: 'malformed_request', detail: 'The query string is not valid percent-encoded UTF-8' },
    '401': {
      headers: { 'www-authenticate': 'Bearer realm="maestro", error="invalid_token"' },
      code: 'token_unknown',
      detail: 'There is no such token, or its secret is another',
    },
    '403': {
      code: 'cross_site_request',
      detail:
        "A web page of 'https://ads.example.com' sent this write, and only pages of this server may write; behind a proxy, set PUBLIC_URL to the address of the page",
    },
    '404': { code: 'token_not_found', detail: "Token 'payment-api' not found" },
    '408': { code: 'request_timeout', detail: 'The request took too long to arrive' },
    '413': { code: 'body_too_large', detail: 'The body is larger than the limit of 1024 bytes' },
    '415': { code: 'unsupported_media_type', detail: 'This call takes no body: the path names the token' },
    '422': {
      code: 'validation_failed',
      detail: 'query /trace: unknown parameter `trace`',
      errors: [{ in: 'query', pointer: '/trace', detail: 'unknown parameter `trace`' }],
    },
    '429': {
      headers: { 'retry-after': '60' },
      code: 'too_many_sign_ins',
      detail: 'More than 20 wrong credentials came from your address within a minute; a right one is still accepted',
    },
    '500': { code: 'internal_error', detail: 'Something went wrong; the server log has the details' },
    '503': {
      headers: { 'retry-after': '2' },
      code: 'store_unavailable',
      detail: 'The store does not answer; try again',
    },
  },
  listTokens: {
    '200': {
      body: [
        {
          id: '0199a1c2-6d2a-7b3c-8e1f-0a1b2c3d4e5f',
          name: 'payment-api pipeline',
          roles: ['reporter'],
          owners: ['team-payments'],
          status: 'active',
          created_at: '2026-01-31T10:50:00.000Z',
          created_by: 'anonymous',
          expires_at: '2026-05-01T10:50:00.000Z',
          rotated_at: null,
          previous_until: null,
          revoked_at: null,
          last_used_at: null,
        },
      ],
    },
    '400': { code: 'malformed_request', detail: 'The query string is not valid percent-encoded UTF-8' },
    '401': {
      headers: { 'www-authenticate': 'Bearer realm="maestro"' },
      code: 'credentials_missing',
      detail: 'This needs a credential, sent as Authorization: Bearer <token>',
    },
    '403': {
      code: 'host_not_allowed',
      detail:
        "This server is bound to loopback: it answers to localhost, 127.0.0.1 and [::1], not to 'rebound.example.com'; PUBLIC_URL adds one more host",
    },
    '422': {
      code: 'validation_failed',
      detail: 'query /limit: must be a whole number from 1 to 1000',
      errors: [{ in: 'query', pointer: '/limit', detail: 'must be a whole number from 1 to 1000' }],
    },
    '429': {
      headers: { 'retry-after': '60' },
      code: 'too_many_sign_ins',
      detail: 'More than 20 wrong credentials came from your address within a minute; a right one is still accepted',
    },
    '500': { code: 'internal_error', detail: 'Something went wrong; the server log has the details' },
    '503': {
      headers: { 'retry-after': '2' },
      code: 'store_unavailable',
      detail: 'The store does not answer; try again',
    },
  },
  getToken: {
    '200': {
      body: {
        id: '0199a1c2-6d2a-7b3c-8e1f-0a1b2c3d4e5f',
        name: 'payment-api pipeline',
        roles: ['reporter'],
        owners: ['team-payments'],
        status: 'active',
        created_at: '2026-01-31T10:50:00.000Z',
        created_by: 'anonymous',
        expires_at: '2026-05-01T10:50:00.000Z',
        rotated_at: null,
        previous_until: null,
        revoked_at: null,
        last_used_at: null,
      },
    },
    '400': { code: 'malformed_request', detail: 'The query string is not valid percent-encoded UTF-8' },
    '401': {
      headers: { 'www-authenticate': 'Bearer realm="maestro"' },
      code: 'credentials_missing',
      detail: 'This needs a credential, sent as Authorization: Bearer <token>',
    },
    '403': {
      code: 'host_not_allowed',
      detail:
        "This server is bound to loopback: it answers to localhost, 127.0.0.1 and [::1], not to 'rebound.example.com'; PUBLIC_URL adds one more host",
    },
    '404': { code: 'token_not_found', detail: "Token 'payment-api' not found" },
    '422': {
      code: 'validation_failed',
      detail: 'query /trace: unknown parameter `trace`',
      errors: [{ in: 'query', pointer: '/trace', detail: 'unknown parameter `trace`' }],
    },
    '429': {
      headers: { 'retry-after': '60' },
      code: 'too_many_sign_ins',
      detail: 'More than 20 wrong credentials came from your address within a minute; a right one is still accepted',
    },
    '500': { code: 'internal_error', detail: 'Something went wrong; the server log has the details' },
    '503': {
      headers: { 'retry-after': '2' },
      code: 'store_unavailable',
      detail: 'The store does not answer; try again',
    },
  },
};
