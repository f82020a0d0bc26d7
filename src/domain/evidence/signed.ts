// What a document holds that somebody signed: what the readers of evidence hand to the verifier, and what that makes of it.
import type { Attestation, Verification } from './verification.ts';

/** The parts of a DSSE envelope. `payload` is the bytes that were read: what is verified is what is read. */
export type Envelope = {
  readonly payloadType: string;
  readonly payload: Uint8Array;
  readonly signatures: readonly EnvelopeSignature[];
};

/** `sig` is null where it is missing or no base64; `certificated` says that a certificate came with it. */
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
  /** Where in the document: a JSON Pointer. */
  readonly pointer: string;
} & (
  | {
      readonly form: 'envelope' | 'bundle';
      readonly envelope: Envelope;
      /** Null where the payload is no statement that could be read. */
      readonly statement: SignedStatement | null;
      /** The Sigstore bundle around the envelope, as it was parsed; null where there is none. */
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
  /** What is signed in a way that is not verified, and what is one of several and cannot be read. */
  | { readonly form: UnverifiedForm }
);

/**
 * Verifies what a document holds, as far as that can be done without its run. Never throws for what it holds. `receivedAt` is when its
 * bytes reached Maestro: they were signed before.
 */
export type Verifier = (signed: readonly Signed[], ambiguous: boolean, receivedAt: string) => Verification;
