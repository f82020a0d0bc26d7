import { expect, it } from 'vitest';
import { tokenText } from '../../src/auth/token-text.ts';
import { requestLine } from '../../src/http/log-output.ts';
import { problem } from '../../src/http/problem.ts';
import { withoutTokens } from '../../src/http/without-tokens.ts';
import { idToken, newSigningKey } from '../auth/id-tokens.ts';

const TOKEN = tokenText('0199a1c2-6d2a-7b3c-8e1f-0a1b2c3d4e5f', Buffer.alloc(32, 7));

it('each token in a text is replaced, an API token cut off, too', () => {
  expect(withoutTokens(`/a/${TOKEN}/${TOKEN}/b`)).toBe('/a/mst_[removed]/mst_[removed]/b');
  expect(withoutTokens(`/a/${idToken(newSigningKey('a'))}/b`)).toBe('/a/eyJ[removed]/b');
  expect(withoutTokens(TOKEN.slice(0, 60))).toBe('mst_[removed]');
  expect(withoutTokens('/maestro/tokens/mst_a')).toBe('/maestro/tokens/mst_a');
});

it('an API token in the path is neither logged nor answered', () => {
  const url = `/maestro/tokens/${TOKEN}`;
  expect(requestLine({ id: 'a', method: 'GET', url }, 0, 404, 'token_not_found', 1)).not.toContain(TOKEN);
  expect(problem('token_not_found', `Token '${TOKEN}' not found`, 'a').detail).toBe("Token 'mst_[removed]' not found");
});

it('a long text that looks like the beginnings of many tokens takes no time', () => {
  const before = performance.now();
  for (const part of ['eyJ', 'eyJaaaaaaaa.', 'mst_', 'mst_a']) withoutTokens(part.repeat(200_000));
  expect(performance.now() - before).toBeLessThan(2_000);
});
