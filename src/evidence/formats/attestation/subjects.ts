// The subjects of in-toto Statements and their digests (in-toto attestation framework,
// ResourceDescriptor and DigestSet).
import type { EvidenceFinding, Subject } from '../../../domain/evidence/evidence-facts.ts';
import { field, objectOf, textOf } from '../../../json/fields.ts';
import { escapePointer } from '../../../json/pointer.ts';
import type { Note } from '../../reading.ts';
import { fault, warning } from '../noting.ts';

/**
 * The subjects of a statement with their digests unchanged. A subject that matches no digest is
 * noted, and kept if it has a name.
 */
export function subjectsOf(statement: unknown, note: Note): Subject[] {
  const list = field(statement, 'subject');
  if (!Array.isArray(list) || list.length === 0) {
    note(fault('subject_missing', 'The statement names no subject', '/subject'));
    return [];
  }
  return list.flatMap((entry, index) => {
    const at = `/subject/${index}`;
    if (objectOf(entry) === null) {
      note(fault('subject_malformed', 'The subject is no object', at));
      return [];
    }
    return [{ name: textOf(entry, 'name') ?? textOf(entry, 'uri'), digests: digestsOf(entry, note, at) }];
  });
}

/** The names of algorithms, and the number of hexadecimal digits of their digests. */
export const DIGEST_LENGTHS: ReadonlyMap<string, readonly number[]> = new Map([
  ['md5', [32]],
  ['sha1', [40]],
  ['sha224', [56]],
  ['sha256', [64]],
  ['sha384', [96]],
  ['sha512', [128]],
  ['sha512_224', [56]],
  ['sha512_256', [64]],
  ['sha3_224', [56]],
  ['sha3_256', [64]],
  ['sha3_384', [96]],
  ['sha3_512', [128]],
  // Git has object ids in SHA-1 and SHA-256.
  ...['gitCommit', 'gitTree', 'gitBlob', 'gitTag'].map((name): [string, number[]] => [name, [40, 64]]),
]);

function digestsOf(subject: unknown, note: Note, at: string): Subject['digests'] {
  const stated = Object.entries(objectOf(field(subject, 'digest')) ?? {});
  const digests = stated.filter((entry): entry is [string, string] => typeof entry[1] === 'string' && entry[1] !== '');
  if (digests.length < stated.length) {
    note(fault('digest_malformed', 'A digest is no text, or an empty one', `${at}/digest`));
  } else if (digests.length === 0) {
    note(fault('digest_missing', 'The subject has no digest', at));
  }
  for (const [algorithm, digest] of digests) {
    const found = faultOfDigest(algorithm, digest);
    if (found !== null) note({ ...found, pointer: `${at}/digest/${escapePointer(algorithm)}` });
  }
  return Object.fromEntries(digests);
}

function faultOfDigest(algorithm: string, digest: string): EvidenceFinding | null {
  const lengths = DIGEST_LENGTHS.get(algorithm);
  if (lengths === undefined) return warning('digest_algorithm', 'The algorithm is none that in-toto names');
  const hasLength = lengths.includes(digest.length);
  if (hasLength && /^[0-9a-f]+$/.test(digest)) return null;
  return hasLength && /^[0-9A-Fa-f]+$/.test(digest)
    ? warning('digest_case', 'It is in upper case, and so matches no other digest')
    : fault('digest_malformed', `It is not ${lengths.join(' or ')} hexadecimal digits`);
}
