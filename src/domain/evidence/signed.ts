// The signed parts of a document, as the readers of documents hand them to the verifier.
import type { Attestation, Verification } from './verification.ts';

/**
 * The parts of a DSSE envelope. `payload` is the bytes that were read, so that what is verified is
 * what is read.
 */
export type Envelope = {
  readonly payloadType: string;
  readonly payload: Uint8Array;
  readonly signatures: readonly EnvelopeSignature[];
};

/**
 * `sig` is null if it is missing or no base64; `certificated` says whether a certificate came with
 * it.
 */
export type EnvelopeSignature = { readonly sig: Uint8Array | null; readonly certificated: boolean };

/** What the payload says, as the readers understood it. */
export type SignedStatement = Pick<
  Attestation,
  'kind' | 'predicate_type' | 'facts' | 'tool' | 'subjects' | 'subjects_total'
> & {
  readonly predicate: unknown;
  /** Whether a field of the payload occurs twice, or its type is not where a Statement has it. */
  readonly ambiguous: boolean;
};

export type UnverifiedForm = 'xml_dsig' | 'jsf' | 'detached_signature' | 'unreadable';

export type Signed = {
  /** Where it is in the document: a JSON Pointer. */
  readonly pointer: string;
} & (
  | {
      readonly form: 'envelope' | 'bundle';
      readonly envelope: Envelope;
      /** Null if the payload is no statement that can be read. */
      readonly statement: SignedStatement | null;
      /** The Sigstore bundle around the envelope, as it was parsed; null if there is none. */
      readonly bundle: unknown;
    }
  | {
      readonly form: 'message';
      /** The digest that the bundle states, as a subject; `algorithm` as Sigstore calls it. */
      readonly statement: SignedStatement;
      readonly algorithm: string;
      readonly digest: Uint8Array;
      readonly bundle: unknown;
    }
  /** A kind of signature that is not verified, or one of several parts that cannot be read. */
  | { readonly form: UnverifiedForm }
);

/**
 * Verifies the signed parts of a document, as far as that is possible without its run. Never throws
 * for anything in the document. `ambiguous` says that a field of the document occurs twice.
 * `receivedAt` is when Maestro received the bytes: they were signed before.
 */
export type Verifier = (signed: readonly Signed[], ambiguous: boolean, receivedAt: string) => Verification;
