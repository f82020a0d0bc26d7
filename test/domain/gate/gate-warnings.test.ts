import { describe, expect, it } from 'vitest';
import { warningsOf } from '../../../src/domain/gate/gate-warnings.ts';
import { anArtifact } from '../rows.ts';

const odd = (id: string) => anArtifact({ id, content_hash: 'sha256:abc123' });

describe('the warnings of the gate', () => {
  it('are about artifacts whose content_hash is no digest, in their order', () => {
    const whole = anArtifact({ id: 'whole', content_hash: `sha256:${'ab'.repeat(32)}` });
    const warnings = warningsOf([anArtifact({ id: 'none', content_hash: null }), odd('a'), whole, odd('b')], 10);
    expect(warnings).toEqual(
      ['a', 'b'].map((artifact_id) => ({
        code: 'content_hash_not_compared',
        artifact_id,
        message: expect.stringMatching(/^content_hash is no complete SHA-256/),
      })),
    );
  });

  it('are no more than are asked for', () => {
    expect(warningsOf([odd('a'), odd('b'), odd('c')], 2).map(({ artifact_id }) => artifact_id)).toEqual(['a', 'b']);
  });
});
