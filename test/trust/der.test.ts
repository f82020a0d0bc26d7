import { ASN1Obj, RFC3161Timestamp } from '@sigstore/core';
import { describe, expect, it } from 'vitest';
import { encodedDer } from '../../src/trust/der.ts';
import { stampedBundle } from './bundles.ts';
import { knownCertificates, mutated, parsed, seeded } from './odd-certificates.ts';

const nodesOf = (object: ASN1Obj): ASN1Obj[] => [object, ...object.subs.flatMap(nodesOf)];
/** A value of so many bytes, whose length takes as many bytes as it needs. */
const octets = (size: number) => {
  const { tag } = ASN1Obj.parseBuffer(Buffer.from([0x05, 0x00]));
  return new ASN1Obj(tag, Buffer.alloc(size, 7), []);
};

describe('an object is encoded as the library encodes it', () => {
  it('if it is any part of a known certificate, and the whole is the bytes that were parsed', () => {
    const certificates = knownCertificates();
    expect(certificates.length).toBeGreaterThanOrEqual(6);
    for (const der of certificates) {
      const root = parsed(der)?.root as ASN1Obj;
      expect(encodedDer(root).equals(der)).toBe(true);
      for (const node of nodesOf(root)) expect(encodedDer(node).equals(node.toDER())).toBe(true);
    }
  });

  it('if it is any part of a timestamp', () => {
    const { rfc3161Timestamps: [one] = [] } = stampedBundle.verificationMaterial.timestampVerificationData ?? {};
    const { root } = RFC3161Timestamp.parse(Buffer.from(one?.signedTimestamp ?? '', 'base64'));
    const nodes = nodesOf(root);
    expect(nodes.length).toBeGreaterThan(50);
    for (const node of nodes) expect(encodedDer(node).equals(node.toDER())).toBe(true);
  });

  it('at every length at which the header gets longer', () => {
    for (const size of [0, 1, 126, 127, 128, 129, 254, 255, 256, 257, 65_534, 65_535, 65_536, 65_537, 16_777_216]) {
      const one = octets(size);
      expect(encodedDer(one).equals(one.toDER())).toBe(true);
      const { tag } = ASN1Obj.parseBuffer(Buffer.from([0x30, 0x00]));
      const around = new ASN1Obj(tag, Buffer.alloc(0), [octets(3), one, octets(0)]);
      expect(encodedDer(around).equals(around.toDER())).toBe(true);
    }
  });

  it('if its bytes were changed at random and can still be parsed, and parsing loses no byte', () => {
    const below = seeded('der');
    const certificates = knownCertificates();
    let taken = 0;
    for (let round = 0; round < 1_500; round += 1) {
      const der = mutated(certificates[round % certificates.length] as Buffer, below);
      const root = parsed(der)?.root;
      if (root === undefined) continue;
      taken += 1;
      expect(encodedDer(root).equals(der), der.toString('hex')).toBe(true);
      expect(root.toDER().equals(der), der.toString('hex')).toBe(true);
    }
    expect(taken).toBeGreaterThan(500);
  });

  it('also after a part was taken from it', () => {
    const root = parsed(knownCertificates()[0] as Buffer)?.root as ASN1Obj;
    const before = encodedDer(root);
    root.subs[0]?.subs.splice(3, 1);
    expect(encodedDer(root).equals(root.toDER())).toBe(true);
    expect(encodedDer(root).length).toBeLessThan(before.length);
  });
});
