// Documents about one release that are signed in the three ways that are verified, and the trust file by which each chain is whole.
import { X509Certificate } from 'node:crypto';
import { dsseEnvelope, githubProvenance, newInstance, newKey, pae } from '../trust/signing.ts';
import { ARTIFACT, keyTrust, REPOSITORY, releaseTrust, SIGNER } from '../trust/trusted.ts';

export type SignedDocument = {
  name: string;
  text: string;
  /** The signature over what it says, as `crypto.verify` takes it: the bytes and it in base64, and the key as PEM. */
  bare: { data: string; signature: string; key: string };
};

export type SignedDocuments = { documents: [bundle: SignedDocument, ...others: SignedDocument[]]; trustFile: string };

export async function signedDocuments(): Promise<SignedDocuments> {
  const instance = await newInstance();
  const key = newKey('p256');
  const statement = JSON.stringify(githubProvenance(REPOSITORY, ARTIFACT));
  const signed = pae('application/vnd.in-toto+json', Buffer.from(statement));
  const bundle = await instance.signStatement(statement, SIGNER);
  const envelope = dsseEnvelope(statement, [key]);
  const message = await instance.signMessage(Buffer.from(statement), SIGNER);
  const { keys, builders } = keyTrust({ security: key.pem }) as { keys: object[]; builders: object[] };
  const trusted = releaseTrust(instance.root) as { builders: object[] };
  return {
    documents: [
      document('Sigstore bundle, keyless provenance', bundle, signed, signatureOf(bundle.dsseEnvelope), holder(bundle)),
      document('DSSE envelope, P-256 key, the same provenance', envelope, signed, signatureOf(envelope), key.pem),
      document(
        'Sigstore bundle, keyless message signature',
        message,
        Buffer.from(statement),
        message.messageSignature.signature,
        holder(message),
      ),
    ],
    trustFile: JSON.stringify({ ...trusted, keys, builders: [...trusted.builders, ...builders] }),
  };
}

function document(name: string, value: object, data: Buffer, signature: string, key: string): SignedDocument {
  return { name, text: JSON.stringify(value), bare: { data: data.toString('base64'), signature, key } };
}

const signatureOf = ({ signatures: [one] }: { signatures: { sig: string }[] }) => one?.sig ?? '';

/** The key in the certificate of a bundle, as PEM. */
function holder({ verificationMaterial }: { verificationMaterial: { certificate?: { rawBytes: string } } }): string {
  const der = Buffer.from(verificationMaterial.certificate?.rawBytes ?? '', 'base64');
  return new X509Certificate(der).publicKey.export({ type: 'spki', format: 'pem' }).toString();
}
