import { describe, expect, it } from 'vitest';
import { checkBuilder } from '../../src/trust/builder.ts';
import type { SignedBy } from '../../src/trust/signed-by.ts';
import { BUILDER, codeOf, file, holder, holders, NO_CLAIMS, REUSABLE, RUNNER, trust } from './claimed.ts';
import { compiledOf } from './trusted.ts';

describe('the builder that a certificate may speak for', () => {
  it.each<[what: string, id: string | null, code: string | null, by?: SignedBy]>([
    ['the workflow itself', BUILDER, null],
    ['the runner of any workflow', RUNNER, null],
    ['the runner of GitHub', `${RUNNER}/github-hosted`, null],
    ['one that it speaks for as a delegate', 'https://builder.example/delegated', null],
    ['one of a pattern, as a delegate', 'https://builder.example/lines/7', null],
    ['the reusable workflow that signed', REUSABLE, null, holder({ build_signer: REUSABLE }, { subject: REUSABLE })],
    ['the reusable workflow by its claim', REUSABLE, null, holder({ build_signer: REUSABLE })],
    ['none', null, 'builder_missing'],
    ['an empty one', '', 'builder_unknown'],
    ['one with a letter before it', `x${BUILDER}`, 'builder_unknown'],
    ['one with a letter behind it', `${BUILDER}x`, 'builder_unknown'],
    ['one with a letter within it', BUILDER.replace('release', 'releaase'), 'builder_unknown'],
    ['one in another case', BUILDER.replace('acme', 'ACME'), 'builder_unknown'],
    ['one with a slash behind it', `${BUILDER}/`, 'builder_unknown'],
    ['one with .git', BUILDER.replace('payment-api', 'payment-api.git'), 'builder_unknown'],
    ['one with a Cyrillic letter', BUILDER.replace('acme', '\u0430cme'), 'builder_unknown'],
    ['one at a tag', BUILDER.replace('heads', 'tags'), 'builder_unknown'],
    ['one without a ref', BUILDER.replace(/@.*/, ''), 'builder_unknown'],
    ['one at a short ref', BUILDER.replace('refs/heads/', ''), 'builder_unknown'],
    ['one at two refs', `${BUILDER}@refs/heads/evil`, 'builder_unknown'],
    ['one with a newline behind it', `${BUILDER}\n`, 'builder_unknown'],
    ['one of a pattern, with a segment more', 'https://builder.example/lines/7/evil', 'builder_unknown'],
    ['one of a pattern, with nothing there', 'https://builder.example/lines/', 'builder_unknown'],
    ['a runner of somebody', `${RUNNER}/self-hosted`, 'builder_unknown', holder({ runner: 'self-hosted' })],
    [
      'the runner of GitHub from another',
      `${RUNNER}/github-hosted`,
      'builder_disagrees',
      holder({ runner: 'self-hosted' }),
    ],
    [
      'the runner of GitHub from an unknown one',
      `${RUNNER}/github-hosted`,
      'builder_disagrees',
      holder({ runner: null }),
    ],
    ['a runner of no repository', RUNNER, 'builder_disagrees', holder({ source_repository: null })],
    ['one that others may be, not as a delegate', 'https://builder.example/undelegated', 'builder_disagrees'],
    ['the reusable workflow of others', REUSABLE, 'builder_disagrees'],
    [
      'the workflow by what was started',
      BUILDER,
      'builder_disagrees',
      holder({ build_signer: REUSABLE }, { subject: REUSABLE }),
    ],
    ['one that nobody speaks for', 'https://builder.example/nobody', 'signer_not_of_builder'],
    ['one that keys alone speak for', 'https://builder.example/keys', 'signer_not_of_builder'],
    ['one that a key of its name speaks for', 'https://builder.example/key-release', 'signer_not_of_builder'],
    ['one as another identity', BUILDER, 'signer_not_of_builder', holder({}, { identities: ['other'] })],
    [
      'one as an identity named as a key',
      'https://builder.example/keys',
      'signer_not_of_builder',
      holder({}, { identities: ['one'] }),
    ],
    ['one as nobody', BUILDER, 'signer_not_of_builder', holder({}, { identities: [] })],
    [
      'one as nobody, with keys',
      'https://builder.example/keys',
      'signer_not_of_builder',
      holder({}, { identities: [], keys: ['one', 'two'] }),
    ],
    ['one without claims but by its subject', BUILDER, null, holder(NO_CLAIMS)],
    ['one as another subject', BUILDER, 'builder_disagrees', holder(NO_CLAIMS, { subject: 'ann@acme.example' })],
  ])('is as the trust file says: %s', (_, id, code, by = holder()) => {
    expect(codeOf(checkBuilder(id, by, {}, trust).check)).toBe(code);
  });
});

describe('the builder that keys may speak for', () => {
  const ID = 'https://builder.example/keys';
  it.each<[what: string, names: string[], threshold: number, id: string, code: string | null]>([
    ['one of them', ['one'], 1, ID, null],
    ['both of two', ['one', 'two'], 2, ID, null],
    ['two of three', ['one', 'two', 'three'], 2, ID, null],
    ['another', ['three'], 1, ID, 'signer_not_of_builder'],
    ['one of two', ['one'], 2, ID, 'signer_not_of_builder'],
    ['one of two and another', ['one', 'three'], 2, ID, 'signer_not_of_builder'],
    ['nobody', [], 1, ID, 'signer_not_of_builder'],
    ['a key named as an identity', ['release'], 1, BUILDER, 'signer_not_of_builder'],
    ['a key that is no delegate and needs not be', ['release'], 1, 'https://builder.example/key-release', null],
    ['a key of another builder', ['one'], 1, 'https://builder.example/key-release', 'signer_not_of_builder'],
    ['a key of no such builder', ['one'], 1, `${ID}x`, 'builder_unknown'],
  ])('is as the trust file says: %s', (_, names, key_threshold, id, code) => {
    expect(codeOf(checkBuilder(id, holders(...names), {}, compiledOf({ ...file, key_threshold })).check)).toBe(code);
  });
});
