// The page on keyless CI: each file to copy is read, and the job behind it calls the compiled server with a token of its CI system.
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AuthFile, readAuthFile } from '../../src/auth/auth-file.ts';
import { grantOf } from '../../src/auth/grant.ts';
import type { JsonObject } from '../../src/json/fields.ts';
import { idToken, keySet, newSigningKey } from '../auth/id-tokens.ts';
import { blocksOf, lacks, ROOT, run, sectionOf } from '../walk-through.ts';
import { CLAIMS, SYSTEMS, type System } from './claims-of-ci.ts';
import { newFolder, removeFolders } from './documents-sent.ts';
import { startMaestro, stopAll } from './processes.ts';

const PAGE = readFileSync(join(ROOT, 'docs', 'keyless-ci.md'), 'utf8');
const KEY = newSigningKey('ci-1');

const blocksFor = (system: System) => blocksOf(sectionOf(PAGE, `## ${system}`)).map(({ code }) => code);
const fileFor = (system: System): AuthFile => readAuthFile(`${blocksFor(system)[0]}\n`);

/** The first text in a job that calls Maestro, as the shell gets it. */
function scriptIn(job: unknown): string {
  const texts = (value: unknown): string[] =>
    typeof value === 'string' ? [value] : Object.values(value as object).flatMap(texts);
  return texts(job).find((text) => text.includes('curl')) ?? '';
}

/** The job of a system as parsed YAML; as the shell of one where it is no YAML. */
function jobFor(system: System): unknown {
  const [, job = ''] = blocksFor(system);
  return system === 'Google Cloud' ? job : load(job);
}

function scriptFor(system: System): string {
  const script = scriptIn(jobFor(system));
  // `$$` is a `$` that Buildkite does not expand while it reads the steps.
  return system === 'Buildkite' ? script.replaceAll('$$', '$') : script;
}

describe.each(SYSTEMS)('the file to copy for %s', (system) => {
  const { granted, others } = CLAIMS[system];

  it('grants its pipeline, as reporter of its own runs, and uses every grant', () => {
    const { grants, issuers } = fileFor(system);
    const used = granted.map((claims) => grantOf(grants, issuers[0]?.name ?? '', claims));
    for (const grant of used) expect(grant).toMatchObject({ roles: ['reporter'], owners: ['team-payments'] });
    expect(new Set(used.map((grant) => grant?.name))).toEqual(new Set(grants.map(({ name }) => name)));
  });

  it.each(others)('grants nothing to %j', (other) => {
    const { grants, issuers } = fileFor(system);
    for (const claims of granted) expect(grantOf(grants, issuers[0]?.name ?? '', { ...claims, ...other })).toBe(null);
  });

  it('is refused where it is cut off', () => {
    const text = `${blocksFor(system)[0]}\n`;
    for (let end = 1; end < text.length - '...\n'.length; end += 1)
      expect(() => readAuthFile(text.slice(0, end)), text.slice(0, end)).toThrow();
  });
});

it('all files to copy together are one file', () => {
  const files = SYSTEMS.map(fileFor);
  const issuers = files.flatMap((file) => file.issuers);
  const grants = files.flatMap((file, at) => file.grants.map((one) => ({ ...one, name: `${at}-${one.name}` })));
  expect(readAuthFile(JSON.stringify({ version: 1, issuers, grants })).grants).toHaveLength(6);
});

describe.skipIf(lacks('bash', 'curl', 'jq'))('the job of the page', () => {
  const folder = newFolder();
  let tokens: { url: string; close(): void };
  beforeAll(async () => {
    tokens = await tokensOf();
  });
  afterAll(async () => {
    tokens.close();
    await stopAll();
    removeFolders();
  });

  it.each(SYSTEMS)('for %s gets a token and is known by it, and fails where it is granted nothing', async (system) => {
    const { issuers, grants } = fileFor(system);
    const [issuer] = issuers;
    const AUTH_FILE = join(folder, `${system}.json`);
    writeFileSync(AUTH_FILE, JSON.stringify({ version: 1, issuers: [{ ...issuer, jwks: keySet(KEY) }], grants }));
    const maestro = await startMaestro('', { AUTH: 'required', AUTH_FILE });
    const ask = (claims: JsonObject) => runJob(system, tokens.url, maestro.url, { iss: issuer?.issuer, ...claims });
    const { granted, others } = CLAIMS[system];
    const [first = {}] = granted;
    const known = await ask(first);
    expect(known, known.stderr).toMatchObject({ code: 0 });
    const actor = { type: 'oidc', id: `${issuer?.issuer} ${first.sub}`, name: first.sub };
    expect(JSON.parse(known.stdout.split('\n').at(-1) ?? '')).toMatchObject({ actor, owners: ['team-payments'] });
    const unknown = await ask({ ...first, ...others[0] });
    expect(unknown.code).toBe(22);
    expect(unknown.stdout).toContain('urn:maestro:problem:no_grant');
    await maestro.stop();
  });
});

/** The place where jobs get their tokens: signs the claims in `x-claims` for the audience in the query, for who may ask. */
async function tokensOf() {
  const server = createServer(({ url = '', headers }, response) => {
    const { searchParams, pathname } = new URL(url, 'http://localhost');
    const mayAsk = headers.authorization === 'bearer of the job' || headers['metadata-flavor'] === 'Google';
    const claims = JSON.parse(Buffer.from(pathname.split('/')[1] ?? '', 'base64url').toString());
    const text = idToken(KEY, { ...claims, ...timesOfNow(), aud: searchParams.get('audience') });
    const isGitHub = headers.authorization !== undefined;
    response.writeHead(mayAsk ? 200 : 401).end(isGitHub ? JSON.stringify({ value: text }) : text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => void server.close() };
}

function timesOfNow() {
  const now = Math.floor(Date.now() / 1_000);
  return { iat: now, nbf: now, exp: now + 300 };
}

/** Runs the script of a job, where the programs and variables of its system are at hand. */
function runJob(system: System, tokens: string, MAESTRO_URL: string, claims: JsonObject) {
  const place = `${tokens}/${Buffer.from(JSON.stringify(claims)).toString('base64url')}`;
  const bin = newFolder();
  const program = (name: string, wanted: string, audience: string) => {
    const ask = `exec curl -sS -H 'metadata-flavor: Google' "${place}/?audience=${audience}"`;
    writeFileSync(join(bin, name), `#!/bin/sh\n[ "$1 $2 $3 $4" = '${wanted}' ] || exit 64\n${ask}\n`);
    chmodSync(join(bin, name), 0o755);
  };
  program('circleci', 'run oidc get --claims', '$(echo "$5" | jq -r .aud)');
  program('buildkite-agent', 'oidc request-token --audience https://maestro.example.com', '$4');
  const audience = (jobFor(system) as GitLabJob).report?.id_tokens.MAESTRO_TOKEN.aud;
  const given = audience && { MAESTRO_TOKEN: idToken(KEY, { ...claims, ...timesOfNow(), aud: audience }) };
  const script = scriptFor(system).replace('http://metadata.google.internal', place);
  return run('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script], {
    ...{ MAESTRO_URL, PATH: `${bin}:${process.env.PATH}`, ...given },
    ...{ ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'of the job', ACTIONS_ID_TOKEN_REQUEST_URL: `${place}/?api-version=2.0` },
  });
}

type GitLabJob = { report?: { id_tokens: { MAESTRO_TOKEN: { aud: string } } } };
