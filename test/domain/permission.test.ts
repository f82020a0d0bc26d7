import { describe, expect, it } from 'vitest';
import { isPermission, PERMISSIONS } from '../../src/domain/permission.ts';

describe('a permission', () => {
  it('is a noun and what may be done with it, described in one line', () => {
    for (const [word, description] of Object.entries(PERMISSIONS)) {
      expect(word).toMatch(/^[a-z]+:(read|write)$/);
      expect(description, word).toMatch(/^[A-Z][^\n]{5,80}[^.\n]$/);
    }
  });

  it('is none other than those of the list', () => {
    for (const word of Object.keys(PERMISSIONS)) expect(isPermission(word)).toBe(true);
    for (const word of ['none', '', 'runs', 'runs:delete', 'Runs:read', 'toString', '__proto__', undefined])
      expect(isPermission(word), word).toBe(false);
  });
});
