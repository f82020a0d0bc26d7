import { expect, it } from 'vitest';
import { notFound, runFull } from '../../src/store/refusals.ts';

it('a refusal names what was not found, or what a run holds at most', () => {
  expect(notFound('artifact_not_found', '42')).toMatchObject({
    code: 'artifact_not_found',
    message: "Artifact '42' not found",
  });
  expect(runFull('count', 7)).toMatchObject({ code: 'run_full', message: expect.stringContaining('7 artifacts') });
  expect(runFull('bytes', 7)).toMatchObject({ code: 'run_full', message: expect.stringContaining('67108864 bytes') });
});
