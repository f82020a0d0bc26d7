import type { EvidenceKind } from '../domain/evidence/evidence-facts.ts';

/** A document that is recognised but cannot be read, and why: `code` is for programs. */
export class Unreadable extends Error {
  readonly code: string;
  readonly known: { kind?: EvidenceKind; format?: string; version?: string | null };

  constructor(
    code: string,
    message: string,
    known: { kind?: EvidenceKind; format?: string; version?: string | null } = {},
  ) {
    super(message);
    this.name = 'Unreadable';
    this.code = code;
    this.known = known;
  }
}
