import { describe, expect, it } from 'vitest';
import { CreateArtifactRequest } from '../../src/domain/artifact/artifact.ts';
import { CreateRunRequest } from '../../src/domain/run/run.ts';
import { nearestName, unknownName } from '../../src/json/spelling.ts';

const FIELDS = Object.keys({ ...CreateRunRequest.shape, ...CreateArtifactRequest.shape });

describe('a misspelt name', () => {
  it.each([
    ['nmae', 'name'],
    ['Name', 'name'],
    ['onwer', 'owner'],
    ['ownr', 'owner'],
    ['costEstimate', 'cost_estimate'],
    ['cost-estimate', 'cost_estimate'],
    ['CostEstimat', 'cost_estimate'],
    ['runId', 'run_id'],
    ['run', 'run_id'],
    ['path_or_url', 'path_or_uri'],
    ['metadataJson', 'metadata_json'],
    ['contnet_hsah', 'content_hash'],
    ['path', 'path_or_uri'],
    ['hash', 'content_hash'],
    ['contentHash', 'content_hash'],
  ])('has a nearest one: %s for %s', (name, meant) => {
    expect(nearestName(name, FIELDS)).toBe(meant);
  });

  it.each(['status', 'x', 'id', 'title', 'related', 'toString', '__proto__', '', 'n'.repeat(10_000)])(
    'has none where nothing is near: %s',
    (name) => {
      expect(nearestName(name, FIELDS)).toBeNull();
    },
  );

  it('is never explained by itself, and the nearest of several is named', () => {
    expect(nearestName('keys', ['keys'])).toBeNull();
    expect(nearestName('refz', ['reef', 'refs', 'ref'])).toBe('refs');
  });
});

describe('what is said of an unknown name', () => {
  it('leads with the name, and asks for the nearest', () => {
    expect(unknownName('field', 'artifcats', ['artifacts'])).toBe(
      'unknown field `artifcats`; did you mean `artifacts`?',
    );
    expect(unknownName('parameter', 'page', ['limit', 'cursor'])).toBe('unknown parameter `page`');
  });

  it('is one short line of well-formed text, whatever the name', () => {
    expect(unknownName('field', 'a\nb\u2028c\ud800', [])).toBe('unknown field `a\ufffdb\ufffdc\ufffd`');
    expect(unknownName('field', 'n'.repeat(1_000_000), FIELDS)).toBe(`unknown field \`${'n'.repeat(64)}…\``);
  });
});
