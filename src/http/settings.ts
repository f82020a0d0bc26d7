// The settings of the edge: where it listens, and what it takes of a request.
import { z } from 'zod';
import { flag, whole } from '../domain/setting.ts';
import { readPublicUrl } from './public-url.ts';

const PUBLIC_URL_FORM =
  'must be an http or https URL such as https://ci.example.com/governance/, without query and fragment';

export const ADDRESS_SETTINGS = {
  HOST: z
    .string()
    .min(1, 'must not be empty')
    .default('localhost')
    .describe('Address to listen on; `localhost` is both loopback addresses'),
  PORT: whole(0, 65_535, 8001).describe('TCP port to listen on; 0 takes any free one'),
  PUBLIC_URL: z
    .string()
    .transform((text, context) => {
      const publicUrl = readPublicUrl(text);
      if (publicUrl === null) context.addIssue({ code: 'custom', message: PUBLIC_URL_FORM });
      return publicUrl ?? z.NEVER;
    })
    .optional()
    .describe(
      'Where callers reach Maestro through a proxy, with the prefix there, such as https://ci.example.com/governance/',
    ),
};

export const CHANGE_SETTINGS = {
  REQUIRE_IF_MATCH: flag('false').describe('Refuse a PATCH without If-Match'),
};

export const REQUEST_SETTINGS = {
  BODY_LIMIT_BYTES: whole(1_024, 16 * 1024 * 1024, 1024 * 1024).describe('Largest request body'),
  MAX_HEADER_BYTES: whole(1_024, 1024 * 1024, 16 * 1024).describe('Largest header section of a request'),
  HEADERS_TIMEOUT_MS: whole(100, 600_000, 10_000).describe('Time for the header section of a request to arrive'),
  REQUEST_TIMEOUT_MS: whole(100, 600_000, 30_000).describe('Time for the JSON body of a request to arrive'),
  HANDLER_TIMEOUT_MS: whole(100, 600_000, 10_000).describe('Time for an answer'),
  KEEP_ALIVE_TIMEOUT_MS: whole(1_000, 600_000, 72_000).describe(
    'How long an idle connection is kept; set it higher than in a proxy in front',
  ),
  MAX_EVENT_LOOP_DELAY_MS: whole(10, 60_000, 1_000).describe(
    'Mean delay of the event loop beyond which requests are answered 503',
  ),
};
