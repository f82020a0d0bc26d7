import { describe, expect, it } from 'vitest';
import { readDocument } from '../../src/evidence/read.ts';
import { verifierOf } from '../../src/trust/verify.ts';
import { dsseEnvelope, githubProvenance, githubWorkflow, newInstance, newKey, sbomStatement } from './signing.ts';
import {
  ARTIFACT,
  codesOf,
  GITHUB,
  keyTrust,
  now,
  outcome,
  REPOSITORY,
  releaseTrust,
  SIGNER,
  SINCE,
  SOURCE,
  trustOf,
  verifiedOne,
} from './trusted.ts';

const instance = await newInstance();
const { root } = instance;
const TRUST = releaseTrust(root);
const [key, other] = [newKey(), newKey('ed25519')];
const KEY_TRUST = keyTrust({ key: key.pem });
const PROVENANCE = githubProvenance(REPOSITORY, ARTIFACT);
const SBOM = sbomStatement(ARTIFACT);

const outcomeOf = async (document: unknown, trust: object = TRUST) => outcome(await verifiedOne(document, trust));
/** How a document stands that may not be readable at all: its reading, or its attestations. */
async function standing(document: unknown, trust: object = TRUST): Promise<string[]> {
  const bytes = document instanceof Uint8Array || typeof document === 'string' ? document : JSON.stringify(document);
  const verifying = { verify: verifierOf(trustOf(trust)), receivedAt: now() };
  const reading = await readDocument(Buffer.from(bytes), undefined, undefined, verifying);
  return reading.verification?.attestations.map(outcome) ?? [reading.state];
}

describe('the type of a payload', () => {
  it.each([
    'application/vnd.in-toto+json; charset=utf-8',
    'application/vnd.in-toto+json;charset=utf-8',
    'APPLICATION/VND.IN-TOTO+JSON',
    'Application/vnd.in-toto+json',
    'application/vnd.in-toto+json ',
    ' application/vnd.in-toto+json',
    'application/vnd.in-toto+json\n',
    'application/vnd.in-toto+json\0',
    'application/vnd.in-toto+jsonx',
    'application/vnd.in-toto.provenance+json',
    'https://in-toto.io/Statement/v1',
    'application/json',
    'text/plain',
    '*/*',
  ])('that is %j is none that is read, however it was signed', async (payloadType) => {
    const documents: [unknown, object][] = [
      [await instance.signStatement(SBOM, SIGNER, { payloadType }), TRUST],
      [dsseEnvelope(SBOM, [key], payloadType), KEY_TRUST],
    ];
    for (const [document, trust] of documents) {
      const one = await verifiedOne(document, trust);
      expect(codesOf(one.links)).toContain('payload_type_unknown');
      expect(outcome(one)).not.toBe('passed');
    }
    const { dsseEnvelope: envelope, ...rest } = await instance.signStatement(SBOM, SIGNER);
    expect(await outcomeOf({ ...rest, dsseEnvelope: { ...envelope, payloadType } })).toMatch(/^signature_error/);
    expect(await outcomeOf({ ...dsseEnvelope(SBOM, [key]), payloadType }, KEY_TRUST)).toMatch(/^key_unknown/);
    const mistaken = { ...dsseEnvelope(SBOM, [key], payloadType), payloadType: 'application/vnd.in-toto+json' };
    expect(await outcomeOf(mistaken, KEY_TRUST)).toMatch(/^key_unknown/);
  });

  it('that is empty or missing leaves nothing to verify', async () => {
    expect(await standing(dsseEnvelope(SBOM, [key], ''), KEY_TRUST)).toEqual(['unreadable']);
    expect(await standing({ ...dsseEnvelope(SBOM, [key]), payloadType: undefined }, KEY_TRUST)).toEqual(['unreadable']);
  });
});

describe('the type of a predicate', () => {
  const SLSA = 'https://slsa.dev/provenance/v1';
  const CYCLONEDX = 'https://cyclonedx.org/bom';
  const identity = { name: 'release', root: 'acme', issuer: GITHUB, subject: SIGNER.subject };

  it.each<[types: string[] | undefined, provenance: string, sbom: string]>([
    [undefined, 'passed', 'passed'],
    [[SLSA, CYCLONEDX], 'passed', 'passed'],
    [[SLSA], 'passed', 'predicate_type_not_of_signer'],
    [[CYCLONEDX], 'predicate_type_not_of_signer, signer_not_of_builder', 'passed'],
    [
      [`${SLSA}/`, `${CYCLONEDX}/v1.6`, '*'],
      'predicate_type_not_of_signer, signer_not_of_builder',
      'predicate_type_not_of_signer',
    ],
  ])('is one that its signer may sign: of %j', async (predicate_types, provenance, sbom) => {
    const identities = [{ ...identity, predicate_types }];
    const keys = [{ name: 'key', pem: key.pem, valid_from: SINCE, predicate_types }];
    const trusts = [releaseTrust(root, { identities }), keyTrust({ key: key.pem }, { keys })] as const;
    for (const [statement, expected] of [
      [PROVENANCE, provenance],
      [SBOM, sbom],
    ] as const) {
      expect(await outcomeOf(await instance.signStatement(statement, SIGNER), trusts[0])).toBe(expected);
      expect(await outcomeOf(dsseEnvelope(statement, [key]), trusts[1])).toBe(expected);
    }
  });

  it('is one that any of the identities may sign whom a certificate is of', async () => {
    const identities = [
      { ...identity, predicate_types: [CYCLONEDX] },
      { ...identity, name: 'slsa', predicate_types: [SLSA] },
    ];
    const document = await instance.signStatement(PROVENANCE, SIGNER);
    const speaking = (name: string) =>
      releaseTrust(root, { identities, builders: [{ id: SIGNER.subject, identities: [name] }] });
    expect(await outcomeOf(document, speaking('slsa'))).toBe('passed');
    expect(await outcomeOf(document, speaking('release'))).toBe('signer_not_of_builder');
  });

  it('is one that all of the keys may sign that did', async () => {
    const entry = (name: string, { pem }: { pem: string }, types: string[]) => ({
      ...{ name, pem, valid_from: SINCE, predicate_types: types },
    });
    const trust = { keys: [entry('key', key, [CYCLONEDX]), entry('other', other, [SLSA])], key_threshold: 2 };
    expect(await outcomeOf(dsseEnvelope(SBOM, [key, other]), trust)).toBe('predicate_type_not_of_signer');
  });

  it.each<[what: string, changes: object, code: string]>([
    ['unknown', { predicateType: 'https://acme.example/x' }, 'predicate_type_unknown'],
    ['missing', { predicateType: undefined }, 'predicate_type_unknown'],
    [
      'of provenance that is none of SLSA',
      { predicateType: 'https://acme.example/provenance/v1' },
      'predicate_type_unknown',
    ],
    ['of SLSA in a version to come', { predicateType: 'https://slsa.dev/provenance/v9' }, 'predicate_type_unknown'],
    ['of an SBOM that is none', { predicateType: 'https://spdx.dev/Document' }, 'predicate_type_unknown'],
  ])('is one that is read: not one that is %s', async (_, changes, code) => {
    expect((await outcomeOf(dsseEnvelope({ ...SBOM, ...changes }, [key]), KEY_TRUST)).split(', ')).toContain(code);
  });
});

describe('what a bundle says of the build', () => {
  const REUSABLE = 'https://github.com/acme/workflows/.github/workflows/build.yml@refs/tags/v1';
  const reusable = (repository = REPOSITORY) => ({
    subject: REUSABLE,
    claims: { ...githubWorkflow(repository).claims, build_signer: REUSABLE },
  });
  const reusableTrust = releaseTrust(root, {
    identities: [{ name: 'release', root: 'acme', issuer: GITHUB, subject: REUSABLE }],
    builders: [{ id: REUSABLE, identities: ['release'] }],
  });
  const provenanceOf = (repository: string, builder: string) =>
    JSON.parse(JSON.stringify(githubProvenance(repository, ARTIFACT)), (name, value) =>
      name === 'builder' ? { id: builder } : value,
    );

  it('by a reusable workflow is of its caller, which must be trusted', async () => {
    const sign = async (statement: object, repository?: string) =>
      outcomeOf(await instance.signStatement(statement, reusable(repository)), reusableTrust);
    expect(await sign(provenanceOf(REPOSITORY, REUSABLE))).toBe('passed');
    expect(await sign(SBOM)).toBe('passed');
    expect(await sign(provenanceOf('evil/app', REUSABLE), 'evil/app')).toBe('source_unknown');
    expect(await sign(provenanceOf(REPOSITORY, REUSABLE), 'evil/app')).toBe('source_disagrees');
    expect(await sign(SBOM, 'evil/app')).toBe('caller_unknown');
    const message = await instance.signMessage(Buffer.from('x'), reusable('evil/app'));
    expect(await outcomeOf(message, reusableTrust)).toBe('caller_unknown');
  });

  it.each<[what: string, options: Parameters<typeof githubWorkflow>[1], code: string]>([
    ['the same', {}, 'passed'],
    ['another commit', { digest: 'c0ffee' }, 'source_disagrees'],
    ['another run', { run: `${SOURCE}/actions/runs/1/attempts/1` }, 'source_disagrees'],
    ['another branch', { ref: 'refs/heads/evil' }, 'builder_unknown, source_disagrees'],
    ['a tag of that name', { ref: 'refs/tags/main' }, 'builder_unknown, source_disagrees'],
    ['another workflow', { workflow: 'evil.yml' }, 'builder_unknown, source_disagrees'],
  ])('is what its certificate says: %s', async (_, options, code) => {
    expect(await outcomeOf(await instance.signStatement(githubProvenance(REPOSITORY, ARTIFACT, options), SIGNER))).toBe(
      code,
    );
  });

  it('is of a runner of GitHub only where its certificate says so', async () => {
    const HOSTED = 'https://github.com/actions/runner/github-hosted';
    const trust = releaseTrust(root, { builders: [{ id: HOSTED, identities: ['release'] }] });
    const sign = async (runner: string) =>
      outcomeOf(
        await instance.signStatement(provenanceOf(REPOSITORY, HOSTED), githubWorkflow(REPOSITORY, { runner })),
        trust,
      );
    expect(await sign('github-hosted')).toBe('passed');
    expect(await sign('self-hosted')).toBe('builder_disagrees, source_disagrees');
  });

  it('is of another builder only where its signer is the delegate of that', async () => {
    const id = 'https://builder.example/one';
    const document = await instance.signStatement(provenanceOf(REPOSITORY, id), SIGNER);
    const under = (builder: object) => outcomeOf(document, releaseTrust(root, { builders: [{ id, ...builder }] }));
    expect(await under({ identities: ['release'], delegated: true })).toBe('passed');
    expect(await under({ identities: ['release'] })).toBe('builder_disagrees');
    expect(await under({ delegated: true })).toBe('signer_not_of_builder');
  });

  it('is refused where the trust file names no builder or no source', async () => {
    const document = await instance.signStatement(PROVENANCE, SIGNER);
    expect(await outcomeOf(document, releaseTrust(root, { builders: [] }))).toBe('builder_unknown');
    expect(await outcomeOf(document, releaseTrust(root, { sources: [] }))).toBe('source_unknown');
    expect(
      await outcomeOf(document, releaseTrust(root, { sources: [{ repository: SOURCE, refs: ['refs/tags/*'] }] })),
    ).toBe('ref_unknown');
  });
});
