// The settings of the edge: where it listens, and what it accepts of a request.
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
    .describe('Address to listen on; `localhost` means both loopback addresses'),
  PORT: whole(0, 65_535, 8001).describe('TCP port to listen on; 0 picks any free port'),
  PUBLIC_URL: z
    .string()
    .transform((text, context) => {
      const publicUrl = readPublicUrl(text);
      if (publicUrl === null) context.addIssue({ code: 'custom', message: PUBLIC_URL_FORM });
      return publicUrl ?? z.NEVER;
    })
    .optional()
    .describe(
      'URL at which callers reach Maestro through a proxy, with its path prefix, such as https://ci.example.com/governance/',
    ),
};

export const CHANGE_SETTINGS = {
  REQUIRE_IF_MATCH: flag('false').describe('Refuse a PATCH without If-Match'),
};

export const REQUEST_SETTINGS = {
  BODY_LIMIT_BYTES: whole(1_024, 16 * 1024 * 1024, 1024 * 1024).describe('Maximum size of a request body'),
  MAX_HEADER_BYTES: whole(1_024, 1024 * 1024, 16 * 1024).describe('Maximum size of the header section of a request'),
  HEADERS_TIMEOUT_MS: whole(100, 600_000, 10_000).describe('Time limit for the header section of a request to arrive'),
  REQUEST_TIMEOUT_MS: whole(100, 600_000, 30_000).describe('Time limit for the JSON body of a request to arrive'),
  HANDLER_TIMEOUT_MS: whole(100, 600_000, 10_000).describe('Time limit for the response to a request'),
  KEEP_ALIVE_TIMEOUT_MS: whole(1_000, 600_000, 72_000).describe(
    'How long an idle connection stays open; set it higher than in the proxy in front',
  ),
  MAX_EVENT_LOOP_DELAY_MS: whole(10, 60_000, 1_000).describe(
    'Mean delay of the event loop above which, for two samples in a row (at least half a second), requests are refused with 503',
  ),
};
