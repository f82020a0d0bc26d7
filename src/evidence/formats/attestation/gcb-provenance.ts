// Provenance as Google Cloud Build reports it (`gcloud artifacts docker images describe
// --show-provenance --format json`).
import { field, listOf, objectOf } from '../../../json/fields.ts';
import type { DocumentOf, Format, Note, ParsedDocument } from '../../reading.ts';
import { Unreadable } from '../../unreadable.ts';
import { under, warning } from '../noting.ts';
import { checkSignatures, ENVELOPE_FIELDS, type Opened, openEnvelope, saidBy, signedOne } from './dsse.ts';
import type { StatementKind } from './predicates.ts';

export const gcbProvenance: Format<'json'> = {
  shape: 'json',
  name: 'gcb-provenance',
  kind: 'provenance',
  fields: ['provenance_summary', 'provenance', 'envelope', ...ENVELOPE_FIELDS],
  recognises: ({ value }) =>
    objectOf(field(value, 'provenance_summary')) !== null ||
    (objectOf(field(value, 'image_summary')) !== null &&
      field(value, 'image_summary', 'fully_qualified_digest') !== undefined),
  read: readGcb,
};

const NAMED = { format: 'gcb-provenance', version: null };

// Only the content of an envelope is signed, and only one envelope is used: neither the fields
// beside it (`image_summary`, `build`, `kind`) nor other envelopes are its signer's claims. The
// first good one is used, because Cloud Build describes one build in several versions of SLSA.
function readGcb({ value }: DocumentOf<'json'>, note: Note): ParsedDocument {
  const envelopes = listOf(value, 'provenance_summary', 'provenance').map((one) => field(one, 'envelope'));
  const opened = envelopes.map(tryEnvelope);
  const good = envelopes.filter((_, index) => opened[index]?.kind !== null);
  const first = opened.findIndex(({ kind }) => kind === 'provenance');
  const taken = first === -1 ? opened.findIndex(({ kind }) => kind !== null) : first;
  if (taken === -1) {
    const reason = opened[0]?.reason ?? 'There is none';
    throw new Unreadable('statement_missing', `No envelope holds a statement: ${reason}`, {
      kind: 'attestation',
      ...NAMED,
    });
  }
  const at = (index: number) => `/provenance_summary/provenance/${index}/envelope`;
  opened.forEach(({ kind, reason }, index) => {
    if (kind === null) note(warning('envelope_unreadable', reason, at(index)));
  });
  if (good.length > 1) note(warning('several_provenances', `Of ${good.length} statements one is taken: ${at(taken)}`));
  const inner = under(note, at(taken));
  checkSignatures(envelopes[taken], inner);
  const signed = opened.map(({ envelope }, index) => signedOne(envelope, at(index)));
  return { ...saidBy(openEnvelope(envelopes[taken], inner), inner), ...NAMED, signed };
}

type Tried = { readonly envelope: Opened | null; readonly kind: StatementKind | null; readonly reason: string };

// Findings within a statement are noted once it is chosen: those of the others do not matter.
function tryEnvelope(value: unknown): Tried {
  try {
    const envelope = openEnvelope(value, () => {});
    return { envelope, kind: envelope.statement?.kind ?? null, reason: 'The payload is of another type' };
  } catch (error) {
    if (error instanceof Unreadable) return { envelope: null, kind: null, reason: error.message };
    throw error;
  }
}
