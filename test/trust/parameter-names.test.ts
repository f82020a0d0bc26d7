import { describe, expect, it } from 'vitest';
import type { Found } from '../../src/trust/build-references.ts';
import { isInline, namesWithin, roleByName } from '../../src/trust/parameter-names.ts';

const EVIL = 'https://github.com/evil/steps';

describe('a parameter that no build type defines', () => {
  const urisIn = (name: string, value: unknown) => {
    const found: Found = { references: [], inline: [], unexpected: [] };
    namesWithin(name, value, 'parameter', found);
    return found.references.map(({ place, uri }) => [place, uri]);
  };

  it.each([
    ['sourceToBuild', 'source'],
    ['git_url', 'source'],
    ['PipelineRef', 'source'],
    ['entry-point', 'steps'],
    ['ciConfigPath', 'steps'],
    ['tag', 'value'],
  ])('called %s has the role %s, in any spelling', (name, role) => {
    expect(roleByName(name)).toBe(role);
  });

  it('has build steps if its name says so and it is not empty', () => {
    expect(['steps', 'inline_config', 'Run-Spec'].map((name) => isInline(name, ['make']))).toEqual([true, true, true]);
    expect([isInline('steps', []), isInline('steps', null), isInline('tag', 'v1')]).toEqual([false, false, false]);
  });

  it('names repositories at any depth, by the name of a field or beside it', () => {
    expect(urisIn('build', { gitUrl: EVIL })).toEqual([['parameter.gitUrl', EVIL]]);
    expect(urisIn('params', [{ name: 'repoUrl', value: EVIL }])).toEqual([['parameter.0.value', EVIL]]);
    expect(urisIn('runSpec', { pipeline: { source: EVIL } })).toEqual([['parameter.pipeline.source', EVIL]]);
  });

  it('names none by a field that means something else, nor within inline steps', () => {
    expect(urisIn('homepage', EVIL)).toEqual([]);
    expect(urisIn('script', { repoUrl: EVIL })).toEqual([]);
    expect(urisIn('source', 'src')).toEqual([]);
  });
});
