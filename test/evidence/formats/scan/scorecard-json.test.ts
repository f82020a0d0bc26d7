import { describe, expect, test } from 'vitest';
import { readDocument } from '../../../../src/evidence/read.ts';

const COMMIT = '12ab'.repeat(10);
const read = (value: unknown) => readDocument(Buffer.from(JSON.stringify(value)));
const check = (more: object = {}) => ({
  name: 'Code-Review',
  score: 10,
  reason: 'all changes reviewed',
  details: null,
  documentation: { short: 'Is code reviewed?', url: 'https://acme.example/checks' },
  ...more,
});
const scorecard = (more: object = {}) => ({
  date: '2026-01-31',
  repo: { name: 'github.com/acme/app', commit: COMMIT },
  scorecard: { version: 'v5.5.0', commit: COMMIT },
  score: 7.4,
  checks: [check(), check({ name: 'Fuzzing', score: -1, details: ['Warn: none'] })],
  metadata: null,
  ...more,
});

describe('a Scorecard', () => {
  test('is read with its score, its checks and the commit that it is about', async () => {
    const reading = await read(scorecard());
    expect(reading).toMatchObject({
      state: 'read',
      valid: true,
      kind: 'scorecard',
      format: 'scorecard-json',
      version: 'v5.5.0',
      tool: { name: 'scorecard', version: 'v5.5.0' },
      subjects: [{ name: 'github.com/acme/app', digests: { gitCommit: COMMIT } }],
    });
    expect(reading.facts).toEqual({
      kind: 'scorecard',
      repository: 'github.com/acme/app',
      commit: COMMIT,
      score: 7.4,
      checks: [
        { name: 'Code-Review', score: 10 },
        { name: 'Fuzzing', score: -1 },
      ],
      created: '2026-01-31',
    });
  });

  test('that came to nothing has no score', async () => {
    expect((await read(scorecard({ score: -1 }))).facts).toMatchObject({ score: null });
  });

  test('has no score that is out of bounds', async () => {
    const checks = [check({ score: 11 }), check({ score: -2 }), check({ score: 0 })];
    expect((await read(scorecard({ score: 11, checks }))).facts).toMatchObject({
      score: null,
      checks: [{ score: null }, { score: null }, { score: 0 }],
    });
  });

  test('of a commit that is no name of one has no digest', async () => {
    const reading = await read(scorecard({ repo: { name: 'github.com/acme/app', commit: 'unknown' } }));
    expect(reading.subjects).toEqual([{ name: 'github.com/acme/app', digests: {} }]);
  });

  test('of probes, which has no score, is read and has faults', async () => {
    const { checks, score, ...probes } = { ...scorecard(), findings: [{ probe: 'x', outcome: 'True' }] };
    expect(await read(probes)).toMatchObject({ kind: 'scorecard', version: 'v5.5.0', valid: false });
  });

  test.each([
    ['no name of a repository', { repo: { commit: COMMIT } }, '/repo'],
    ['a score that is too high', { score: 11 }, '/score'],
    ['a check that is none', { checks: ['Code-Review'] }, '/checks/0'],
    ['a check without a score', { checks: [check({ score: '10' })] }, '/checks/0/score'],
  ])('with %s is read and has a fault', async (_, more, pointer) => {
    const reading = await read(scorecard(more));
    expect(reading).toMatchObject({ state: 'read', kind: 'scorecard', valid: false });
    expect(reading.findings).toContainEqual(expect.objectContaining({ code: 'schema', severity: 'error', pointer }));
  });

  test('without checks warns, and keeps 100 of many', async () => {
    expect((await read(scorecard({ checks: [] }))).findings).toMatchObject([
      { code: 'no_checks', severity: 'warning' },
    ]);
    const reading = await read(scorecard({ checks: Array.from({ length: 101 }, () => check()) }));
    expect(reading.facts?.kind === 'scorecard' && reading.facts.checks.length).toBe(100);
  });

  test('with anything anywhere is never more than invalid', async () => {
    for (const value of [null, 0, '', 'x', [], [[]], {}, [null], [{}], { length: 3 }]) {
      for (const key of ['date', 'repo', 'score', 'checks', 'metadata'])
        expect((await read({ ...scorecard({ findings: [] }), [key]: value })).state).toBe('read');
      for (const key of ['name', 'score', 'documentation'])
        expect((await read(scorecard({ checks: [check({ [key]: value })] }))).state).toBe('read');
    }
  });
});
