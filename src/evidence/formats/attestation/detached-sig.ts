// Detached signatures, as far as they can be recognised: ECDSA in DER (RFC 3279, section 2.2.3), in
// base64.
import type { Format } from '../../reading.ts';
import { decodeBase64 } from './payload.ts';

export const detachedSig: Format<'text'> = {
  shape: 'text',
  name: 'detached-sig',
  kind: 'signature',
  fields: [],
  recognises: ({ text }) => text.length <= MAX_TEXT && isEcdsaSignature(decodeBase64(text.replaceAll(/\s/g, ''))),
  read: () => ({
    kind: 'signature',
    format: 'detached-sig',
    version: null,
    tool: null,
    subjects: [],
    facts: { kind: 'signature', keyless: null },
    signed: [{ pointer: '', form: 'detached_signature' }],
  }),
};

const MAX_TEXT = 300;

// For P-521, the longest curve in use: 66 bytes and a sign.
const MAX_INTEGER = 67;
const MIN_INTEGER = 16;
const [SEQUENCE, INTEGER, LONG_FORM] = [0x30, 0x02, 0x81];

function isEcdsaSignature(bytes: Buffer | null): boolean {
  if (bytes === null || bytes.length < 8 || bytes[0] !== SEQUENCE) return false;
  const start = bytes[1] === LONG_FORM ? 3 : 2;
  if (bytes[start - 1] !== bytes.length - start) return false;
  const middle = endOfInteger(bytes, start);
  return middle !== null && endOfInteger(bytes, middle) === bytes.length;
}

function endOfInteger(bytes: Buffer, at: number): number | null {
  const length = bytes[at + 1] ?? 0;
  return bytes[at] === INTEGER && length >= MIN_INTEGER && length <= MAX_INTEGER ? at + 2 + length : null;
}
