// OpenSSF Scorecard, the JSON of `scorecard --format=json`.

import type { FactsOf } from '../../../domain/evidence/evidence-facts.ts';
import type { Disqualified } from '../../../domain/evidence/facts/fact-fields.ts';
import { field, listOf, numberOf, objectOf, objectsIn, textOf } from '../../../json/fields.ts';
import type { Format, ParsedDocument } from '../../reading.ts';
import { schemaCheck } from '../schema-check.ts';
import { commitDigests } from '../stated-digests.ts';

const MAX_CHECKS = 100;

export const scorecardJson: Format<'json'> = {
  shape: 'json',
  name: 'scorecard-json',
  kind: 'scorecard',
  fields: ['scorecard', 'version', 'repo', 'name', 'commit', 'score', 'checks', 'findings', 'date'],
  recognises: ({ value }) =>
    objectOf(field(value, 'scorecard')) !== null &&
    (Array.isArray(field(value, 'checks')) || Array.isArray(field(value, 'findings')) || hasScore(value)),
  read: ({ value, text }, note) => {
    checkScorecard(value, text.length, note);
    if (Array.isArray(field(value, 'checks')) && listOf(value, 'checks').length === 0)
      note({ code: 'no_checks', severity: 'warning', message: 'Nothing was checked', pointer: '/checks' });
    const version = textOf(value, 'scorecard', 'version');
    const facts = factsOf(value);
    const subject = { name: facts.repository, digests: commitDigests(facts.commit) };
    return {
      kind: 'scorecard',
      format: 'scorecard-json',
      version,
      tool: { name: 'scorecard', version },
      subjects: subject.name === null && subject.digests.gitCommit === undefined ? [] : [subject],
      facts,
    } satisfies ParsedDocument;
  },
};

function hasScore(value: unknown): boolean {
  return numberOf(value, 'score') !== null && objectOf(field(value, 'repo')) !== null;
}

function factsOf(value: unknown): FactsOf<'scorecard'> {
  const checks = objectsIn(value, 'checks').map((check) => {
    const score = numberOf(check, 'score');
    return { name: textOf(check, 'name') ?? '', score: isScore(score) || score === -1 ? score : null };
  });
  const score = numberOf(value, 'score');
  const disqualified = disqualificationOf(checks);
  return {
    kind: 'scorecard',
    ...(disqualified && { disqualified }),
    repository: textOf(value, 'repo', 'name'),
    commit: textOf(value, 'repo', 'commit'),
    // -1 if no check produced a result.
    score: isScore(score) ? score : null,
    checks: checks.slice(0, MAX_CHECKS),
    created: textOf(value, 'date'),
  };
}

const isScore = (score: number | null) => score !== null && score >= 0 && score <= 10;

// A check that could not be made has a score of -1.
function disqualificationOf(checks: FactsOf<'scorecard'>['checks']): Disqualified | undefined {
  if (checks.every(({ name }) => name === '')) return 'nothing_named';
  return checks.some(({ score }) => isScore(score)) ? undefined : 'failed';
}

const TEXT = { type: 'string' };
// What Scorecard writes for an empty list, although its own schema (json.v2.schema) demands one.
const TEXTS_OR_NULL = { type: ['array', 'null'], items: TEXT };
const record = (properties: object) => ({ type: 'object', properties, required: Object.keys(properties) });

const checkScorecard = schemaCheck(() =>
  record({
    date: TEXT,
    repo: record({ name: TEXT, commit: TEXT }),
    scorecard: record({ version: TEXT, commit: TEXT }),
    score: { type: 'number', minimum: -1, maximum: 10 },
    checks: {
      type: 'array',
      items: record({
        name: TEXT,
        score: { type: 'integer', minimum: -1, maximum: 10 },
        reason: TEXT,
        details: TEXTS_OR_NULL,
        documentation: record({ short: TEXT, url: TEXT }),
      }),
    },
    metadata: TEXTS_OR_NULL,
  }),
);
