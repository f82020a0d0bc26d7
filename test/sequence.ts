// The order in which test files start: those that take long first, so that none is left alone at the end.
import { basename } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files of the slow tier that take more than half a minute, the longest first. */
const LONG = [
  'evidence-fuzz',
  'serve',
  'embedded-starts',
  'faults',
  'content-place',
  'evidence-processes',
  'browser-sites',
  'documentation',
  'workers',
  'embedded',
  'evidence',
  'generated-requests',
];

/** The slow tier before the fast one, whose short files fill the end. vitest asks for a class. */
export class LongestFirst extends BaseSequencer {
  override async sort(specs: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(specs);
    return sorted.sort((a, b) => rank(a) - rank(b));
  }
}

function rank({ project, moduleId }: TestSpecification): number {
  if (project.name === 'fast') return LONG.length + 1;
  const place = LONG.indexOf(basename(moduleId, '.test.ts'));
  return place < 0 ? LONG.length : place;
}
