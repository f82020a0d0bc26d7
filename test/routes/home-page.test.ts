import { hash } from 'node:crypto';
import { expect, it } from 'vitest';
import { commandsOf, homePage, stylesOf } from '../../src/routes/home-page.ts';

const digest = (text: string) => hash('sha256', text, 'base64url');
const HOME = {
  base: 'http://localhost:8001',
  root: './',
  version: '1.2.3',
  whyNotReady: null,
  warning: null,
  needsToken: false,
};

it('the policy allows the styles of the page and no others', () => {
  const page = homePage(HOME);
  const styles = /<style>([\s\S]*?)<\/style>/.exec(page)?.[1] ?? '';
  expect(styles).toContain('color-scheme: light dark');
  expect(stylesOf(digest)).toBe(`sha256-${hash('sha256', styles, 'base64')}`);
  expect(page).not.toMatch(/ style=/);
});

it('the page shows the three commands, and as text whatever else it is given', () => {
  const page = homePage({ ...HOME, version: '<b>', whyNotReady: '"<script>alert(1)</script>&' });
  expect(commandsOf(HOME.base)).toHaveLength(3);
  const shown = [...page.matchAll(/<pre><code>(.*?)<\/code><\/pre>/g)].map(([, text = '']) =>
    text.replaceAll(/&#(\d+);/g, (_, code) => String.fromCharCode(code)),
  );
  expect(shown).toEqual(commandsOf(HOME.base).map(([, command]) => command));
  expect(page).not.toMatch(/<script|<b>/);
});

it('the page has a language, one heading, a title and a status in words', () => {
  const page = homePage(HOME);
  expect(page).toMatch(/^<!DOCTYPE html>\n<html lang="en">/);
  expect(page.match(/<h1>/g)).toHaveLength(1);
  expect(page).toContain('<title>Maestro</title>');
  expect(page).toContain('<p class="status ready">Ready</p>');
  expect(homePage({ ...HOME, whyNotReady: 'why' })).toContain('<p class="status not-ready">Not ready: why</p>');
});

it('the page shows commands with a token where calls need one, each call of it', () => {
  for (const [, command] of commandsOf(HOME.base, true)) {
    const sent = command.match(/curl -sS -H "authorization: Bearer \$MAESTRO_TOKEN"/g) ?? [];
    expect(sent.length, command).toBe(command.match(/curl/g)?.length);
  }
  expect(homePage({ ...HOME, needsToken: true })).toContain('Bearer $MAESTRO_TOKEN');
  expect(homePage(HOME)).not.toContain('Bearer');
});

it('the page shows a warning where there is one, as text', () => {
  expect(homePage(HOME)).not.toContain('<strong>');
  const page = homePage({ ...HOME, warning: 'Everybody can write <here>' });
  expect(page).toContain('<strong>Everybody can write &#60;here&#62;.</strong>');
});
