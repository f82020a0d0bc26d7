import { expect, it } from 'vitest';
import { ADDRESS_SETTINGS, CHANGE_SETTINGS, REQUEST_SETTINGS } from '../../src/http/settings.ts';

it('PUBLIC_URL is taken apart, or refused with an example', () => {
  const { PUBLIC_URL } = ADDRESS_SETTINGS;
  expect(PUBLIC_URL.parse('https://ci.example.com/governance/')).toMatchObject({ prefix: '/governance' });
  expect(PUBLIC_URL.safeParse('ci.example.com').error?.issues[0]?.message).toContain('such as https://ci.example.com/');
});

it('by default the edge listens on this machine alone, and takes a PATCH without If-Match', () => {
  expect(ADDRESS_SETTINGS.HOST.parse(undefined)).toBe('localhost');
  expect(CHANGE_SETTINGS.REQUIRE_IF_MATCH.parse(undefined)).toBe(false);
  expect(REQUEST_SETTINGS.BODY_LIMIT_BYTES.parse(undefined)).toBe(1024 * 1024);
});
