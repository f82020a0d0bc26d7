import { describe, expect, it } from 'vitest';
import type { ArtifactKind } from '../../../src/domain/artifact/artifact.ts';
import { isContradicted } from '../../../src/domain/evidence/contradiction.ts';
import { PENDING } from '../../../src/domain/evidence/evidence.ts';

const opaque = (kind: ArtifactKind, format: string, media_type: string | null, version: string | null = null) =>
  isContradicted(
    { kind, evidence: { ...PENDING, state: 'opaque', kind: 'opaque', format, version } },
    media_type === null ? null : { kind: 'opaque', media_type, size: 1, digests: {} },
  );

describe.each(['sbom', 'slsa_provenance'] as const)('an artifact of the kind %s', (kind) => {
  it.each([
    ['other', 'application/pdf'],
    ['other', 'image/png'],
    ['other', 'image/jpeg'],
    ['text', 'image/svg+xml'],
    ['other', 'application/x-elf'],
    ['other', 'application/wasm'],
    ['other', 'application/vnd.microsoft.portable-executable'],
    ['other', 'application/x-tar'],
    ['other', 'application/x-rpm'],
    ['other', 'application/vnd.sqlite3'],
    ['artifact-tgz', 'application/gzip'],
    ['empty', 'application/octet-stream'],
    ['pem', 'text/plain'],
    ['npm-keys', 'application/json'],
    ['sigstore-trusted-root', 'application/json'],
  ])('is contradicted by what is surely something else: %s, %s', (format, type) => {
    expect(opaque(kind, format, type)).toBe(true);
  });

  it.each([
    ['json-other', 'application/json'],
    ['json-array', 'application/json'],
    ['json-lines', 'application/jsonl'],
    ['xml-other', 'application/xml'],
    ['text', 'text/plain'],
    ['text', 'text/html'],
    ['text', 'application/yaml'],
    // In an encoding of its own, or packed.
    ['other', 'application/octet-stream'],
    ['gzip', 'application/gzip'],
    ['github-dependency-snapshot', 'application/json'],
    ['other', null],
  ])('is not contradicted by what may be in a format that is not read: %s, %s', (format, type) => {
    expect(opaque(kind, format, type)).toBe(false);
  });

  it('is contradicted by a certificate in PEM and not by a signed message', () => {
    expect(opaque(kind, 'pem', 'text/plain', 'CERTIFICATE')).toBe(true);
    for (const label of ['PKCS7', 'PKCS #7 SIGNED DATA', 'CMS'])
      expect(opaque(kind, 'pem', 'text/plain', label)).toBe(false);
  });

  it('is contradicted by a document of another kind, once it is read', () => {
    for (const state of ['read', 'unreadable', 'pending'] as const)
      expect(isContradicted({ kind, evidence: { ...PENDING, state, kind: 'vex' } }, null)).toBe(state === 'read');
    expect(isContradicted({ kind, evidence: null }, null)).toBe(false);
    expect(isContradicted({ kind, evidence: { ...PENDING, state: 'read', kind: 'attestation' } }, null)).toBe(false);
  });
});

describe.each(['risk_assessment', 'other', 'build_log'] as const)('an artifact of the kind %s', (kind) => {
  it('may be any document', () => {
    for (const [format, type] of [
      ['other', 'application/pdf'],
      ['text', 'text/plain'],
      ['empty', 'application/octet-stream'],
    ] as const)
      expect(opaque(kind, format, type)).toBe(false);
  });
});
