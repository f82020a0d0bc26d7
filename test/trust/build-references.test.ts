import { describe, expect, it } from 'vitest';
import { type Found, referencesIn, stepsIn } from '../../src/trust/build-references.ts';

const looked = (look: (found: Found) => void) => {
  const found: Found = { references: [], inline: [], unexpected: [] };
  look(found);
  return found;
};
const SOURCE = 'https://github.com/acme/payment-api';
const at = (uri: string | null, ref: string | null = null) => ({ place: 'p', uri, ref });

describe('a place that names a repository', () => {
  it.each<[value: unknown, references: object[]]>([
    [SOURCE, [at(SOURCE)]],
    [`git+${SOURCE}@refs/heads/main`, [at(`git+${SOURCE}`, 'refs/heads/main')]],
    [`${SOURCE}#main`, [at(SOURCE, 'main')]],
    ['acme/payment-api/.github/workflows/x.yml@main', [at(SOURCE, 'main')]],
    ['.github/workflows/x.yml', []],
    ['evil/steps', [at('evil/steps')]],
    ['git@github.com:evil/steps', [at('git@github.com:evil/steps')]],
    ['', []],
    [null, []],
    [7, [at(null)]],
    [[SOURCE], [at(null)]],
    ['x'.repeat(5_000), [at(null)]],
  ])('is a text: %j', (value, references) => {
    expect(looked((found) => referencesIn(value, 'p', found)).references).toMatchObject(references);
  });

  it.each<[value: object, references: object[]]>([
    [{ uri: SOURCE, ref: 'refs/heads/main' }, [{ uri: SOURCE, ref: 'refs/heads/main' }]],
    [{ repository: SOURCE, ref: 'a', branch: 'b' }, [{ ref: 'a' }, { ref: 'b' }]],
    [{ repository: SOURCE, ref: { toString: 1 } }, [{ uri: SOURCE, ref: null }, { uri: null }]],
    [{ ref: 'main' }, [{ uri: null }]],
    [{ uri: 7 }, [{ uri: '' }]],
    [{ repository: SOURCE, path: '../x' }, [{ uri: SOURCE }, { uri: null }]],
    [{ uri: SOURCE, digest: { gitCommit: 'c0ffee' } }, [{ uri: SOURCE, commit: 'c0ffee' }]],
  ])('is an object: %j', (value, references) => {
    expect(looked((found) => referencesIn(value, 'p', found)).references).toMatchObject(references);
  });

  it('is not a file of the source itself, unless that leads out of it', () => {
    expect(looked((found) => stepsIn('build/release.yml', 'p', found)).references).toEqual([]);
    expect(looked((found) => stepsIn('../release.yml', 'p', found)).references).toEqual([at(null)]);
  });
});
