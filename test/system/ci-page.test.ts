// The jobs of docs/ci.md, run as a runner runs them: what releases, what blocks, and what is no verdict.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { blocksOf, lacks, ROOT, run, sectionOf, startServer } from '../walk-through.ts';
import { removeFolders } from './documents-sent.ts';
import { stopAll } from './processes.ts';
import { startWithSecret } from './with-secret.ts';

const PAGE = readFileSync(join(ROOT, 'docs', 'ci.md'), 'utf8');

let server: Awaited<ReturnType<typeof startServer>>;
beforeAll(async () => {
  server = await startServer();
});
afterAll(async () => {
  await server?.stop();
  await stopAll();
  removeFolders();
});

/** The lines of shell in a CI job: the block scalar behind `run:` or the first `-` of `script:`. */
function shellOf(yaml: string): string {
  const lines = yaml.split('\n');
  const start = lines.findIndex((line) => /^\s*(run:|-) \|$/.test(line)) + 1;
  const indent = /^ */.exec(lines[start] ?? '')?.[0] ?? '';
  const end = lines.findIndex((line, index) => index > start && line !== '' && !line.startsWith(indent));
  const block = lines.slice(start, end < 0 ? undefined : end);
  return block.map((line) => line.slice(indent.length)).join('\n');
}

const jobIn = (heading: string) => shellOf(blocksOf(sectionOf(PAGE, heading))[0]?.code ?? '');

// The shells as the runners start them, and dash or busybox, which stand behind `sh` in small images.
const JOBS = [
  ['GitHub Actions in bash', jobIn('## GitHub Actions'), 'bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c']],
  ['GitLab in bash', jobIn('## GitLab'), 'bash', ['-eo', 'pipefail', '-c']],
  ['GitLab in sh', jobIn('## GitLab'), 'sh', ['-e', '-c']],
] as const;

const RUN_ID = '0199a1c2-7e3b-7c4d-9a5e-1f2a3b4c5d6e';
const PASS = JSON.stringify({ run_id: RUN_ID, passed: true, message: 'Release gate passed', details: {} });
type Play = (request: IncomingMessage, response: ServerResponse) => void;
const json = (status: number, body: string): Play => {
  return (_request, response) => response.writeHead(status, { 'content-type': 'application/json' }).end(body);
};

function problemOf(code: string): string {
  return JSON.stringify({ type: `urn:maestro:problem:${code}`, status: 404, detail: `Detail of ${code}` });
}

/** The command lines of all processes, where the system shows them. */
function commandLines(): string[] {
  const processes = existsSync('/proc') ? readdirSync('/proc').filter((name) => /^\d+$/.test(name)) : [];
  return processes.flatMap((id) => {
    try {
      return [readFileSync(`/proc/${id}/cmdline`, 'utf8')];
    } catch {
      // It has ended.
      return [];
    }
  });
}

// None of these is a verdict.
const UNAVAILABLE: [string, Play][] = [
  ['a 503', json(503, '{"status":503}')],
  ['a 503 whose body says passed', json(503, PASS)],
  ['a 404 of a proxy', json(404, '{"detail":"Run not found"}')],
  ['a 404 with the HTML of a proxy', json(404, '<html>run_not_found</html>')],
  ['a 503 that says run_not_found', json(503, problemOf('run_not_found'))],
  ['a 404 with another problem', json(404, problemOf('artifact_not_found'))],
  ['a 404 with two problems', json(404, `${problemOf('run_not_found')}${problemOf('run_not_found')}`)],
  ['a 401 whose body says passed', json(401, PASS)],
  ['a 401 of a proxy', json(401, '{"detail":"credentials_missing"}')],
  ['a 403 with the HTML of a proxy', json(403, '<html>urn:maestro:problem:permission_missing</html>')],
  ['a 503 of an issuer', json(503, problemOf('issuer_unavailable'))],
  ['a 429', json(429, problemOf('too_many_sign_ins'))],
  ['a 201 whose body says passed', json(201, PASS)],
  ['a 200 with the HTML of a login page', json(200, '<html><title>Sign in</title></html>')],
  ['a 200 with truncated JSON', json(200, PASS.slice(0, -1))],
  ['a 200 that is cut off on its way', cutOff],
  ['a 200 with no body', json(200, '')],
  ['a 200 with a verdict that is not a pass', json(200, PASS.replace('true', 'false'))],
  ['a 200 where passed is the word "true"', json(200, PASS.replace('true', '"true"'))],
  ['a 200 with the verdict of another run', json(200, PASS.replace(RUN_ID, 'another'))],
  ['a 200 with two verdicts', json(200, `${PASS.replace('true', 'false')}${PASS}`)],
  ['a 200 with a verdict in a list', json(200, `[${PASS}]`)],
  ['a redirect to a 200 that says passed', redirect],
  ['a connection that is closed', (request) => request.socket.destroy()],
];

function cutOff(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200, { 'content-length': PASS.length + 100 }).write(PASS, () => response.destroy());
}

function redirect(request: IncomingMessage, response: ServerResponse): void {
  if (request.url === '/passed') response.end(PASS);
  else response.writeHead(302, { location: '/passed' }).end();
}

/** A server that plays each of `plays` once and the last one for ever, and counts the requests. */
async function stage(...plays: Play[]) {
  let requests = 0;
  const http = createServer((request, response) => {
    const play = plays[Math.min(requests, plays.length - 1)];
    requests += 1;
    play?.(request, response);
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    requests: () => requests,
    close: () => new Promise((resolve) => http.close(resolve)),
  };
}

describe.skipIf(lacks('bash', 'curl', 'jq')).each(JOBS)('the CI job for %s', (_name, script, shell, args) => {
  // What follows the gate in one script must run after a pass, and only then.
  const ask = (url: string, id = RUN_ID, MAESTRO_TOKEN = '') =>
    run(shell, [...args, `${script}\necho released`], {
      ...{ MAESTRO_URL: url, MAESTRO_TOKEN, RUN_ID: id },
      ...{ GATE_TRIES: '3', GATE_WAIT_SECONDS: '0' },
    });

  const send = async (method: string, path: string, body: object) => {
    const headers = { 'content-type': 'application/json' };
    const url = `http://localhost:${server.port}/maestro${path}`;
    const response = await fetch(url, { method, headers, body: JSON.stringify(body) });
    return (await response.json()) as { id: string };
  };

  it('releases a run that passes, and not before, when it prints every reason', async () => {
    const url = `http://localhost:${server.port}`;
    const { id } = await send('POST', '/runs', { name: 'build 1', owner: 'team-a' });

    const blocked = await ask(url, id);
    expect(blocked.code).toBe(1);
    expect(blocked.stdout).toContain('BLOCKED');
    expect(blocked.stdout).toContain("- run_not_succeeded: Run status is 'pending', must be 'succeeded'. Report");
    expect(blocked.stdout).toContain('- no_artifacts: No artifacts found for this run. Attach');
    expect(blocked.stdout).not.toContain('released');

    const flags = { sbom_present: true, slsa_provenance_present: true, risk_assessment_present: true };
    await send('POST', '/artifacts', { run_id: id, kind: 'sbom', path_or_uri: 'sbom.json', metadata_json: flags });
    await send('PATCH', `/runs/${id}`, { status: 'succeeded' });
    const passed = await ask(url, id);
    expect(passed).toMatchObject({
      code: 0,
      stdout: 'Release gate passed: 1 compliant artifact(s) found\nreleased\n',
    });
  });

  it('prints the level and the artifact that lacks least, with the checks that its documents failed', async () => {
    const { id } = await send('POST', '/runs', { name: 'build 2', owner: 'team-a' });
    const flags = { sbom_present: true, slsa_provenance_present: true };
    const path_or_uri = 'app\n::set-output name=x::y';
    await send('POST', '/artifacts', { run_id: id, kind: 'build_log', path_or_uri: 'log.txt' });
    await send('POST', '/artifacts', { run_id: id, kind: 'other', path_or_uri, metadata_json: flags });
    await send('PATCH', `/runs/${id}`, { status: 'succeeded' });
    const { stdout } = await ask(`http://localhost:${server.port}`, id);
    expect(stdout).toContain('Minimum level: asserted\n');
    // As JSON, so that a path cannot pass for a command to the runner.
    expect(stdout).toContain('Closest: other "app\\n::set-output name=x::y", missing risk_assessment_present\n');

    const failed = [
      { check: 'identity', code: 'identity_unknown', detail: null },
      { check: 'subject', code: 'unbound', detail: null },
    ];
    const candidates = [
      { flag: 'sbom_present', document: 'd', pointer: '', failed },
      { flag: 'risk_assessment_present', document: null, pointer: null, failed: failed.slice(1) },
    ];
    const missing = ['sbom_present', 'risk_assessment_present'];
    const artifacts = [{ artifact_id: 'a', kind: 'other', path_or_uri: 'app', missing, flags: null, candidates }];
    const reasons = [{ code: 'c', message: 'm', remediation: 'r' }];
    const http = await stage(json(409, JSON.stringify({ details: { minimum_level: 'verified', reasons, artifacts } })));
    const blocked = await ask(http.url);
    await http.close();
    expect(blocked).toMatchObject({ code: 1 });
    expect(blocked.stdout).toBe(
      `Release gate: BLOCKED
- c: m. r
Minimum level: verified
Closest: other "app", missing sbom_present, risk_assessment_present
- sbom_present: document d, failed identity (identity_unknown), subject (unbound)
- risk_assessment_present: document none, failed subject (unbound)
`,
    );
  });

  it('asks once where the gate blocks, whatever the body', async () => {
    const http = await stage(json(409, '<html>'));
    const { code, stdout } = await ask(http.url);
    await http.close();
    expect({ code, requests: http.requests() }).toEqual({ code: 1, requests: 1 });
    expect(stdout).toContain('<html>');
    expect(stdout).not.toContain('released');
  });

  it.each(UNAVAILABLE)('takes %s for no verdict, asks three times in all and fails', async (_situation, play) => {
    const http = await stage(play);
    const { code, stdout } = await ask(http.url);
    await http.close();
    expect({ code, requests: http.requests() }).toEqual({ code: 2, requests: 3 });
    expect(stdout).toContain('no verdict');
    expect(stdout).not.toContain('released');
  });

  it.each([
    [404, 'run_not_found'],
    [404, 'route_not_found'],
    [401, 'token_expired'],
    [403, 'no_grant'],
  ])('asks once at %i %s, says so and fails', async (refused, code) => {
    const http = await stage(json(refused, problemOf(code)), json(200, PASS));
    const { code: status, stdout } = await ask(http.url);
    await http.close();
    expect({ status, requests: http.requests() }).toEqual({ status: 2, requests: 1 });
    expect(stdout).toContain(`Detail of ${code}: ${http.url}/maestro/runs/${RUN_ID}/release-gate`);
    expect(stdout).not.toContain('released');
  });

  it('sends the token where there is one, and shows it in no command line', async () => {
    const token = 'secret\\n-of-this-test';
    const sent: (string | undefined)[] = [];
    const shown: string[] = [];
    const http = await stage((request, response) => {
      sent.push(request.headers.authorization);
      shown.push(...commandLines().filter((line) => line.includes(token)));
      json(200, PASS)(request, response);
    });
    const answers = [await ask(http.url, RUN_ID, token), await ask(http.url)];
    await http.close();
    for (const { code, stdout, stderr } of answers) {
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).not.toContain(token);
    }
    expect(sent).toEqual([`Bearer ${token}`, undefined]);
    expect(shown).toEqual([]);
  });

  it('sends the token to no place that it is redirected to', async () => {
    const sent: (string | undefined)[] = [];
    const elsewhere = await stage((request, response) => {
      sent.push(request.headers.authorization);
      json(200, PASS)(request, response);
    });
    const http = await stage((_request, response) => response.writeHead(307, { location: elsewhere.url }).end());
    expect(await ask(http.url, RUN_ID, 'secret')).toMatchObject({ code: 2 });
    await Promise.all([http.close(), elsewhere.close()]);
    expect(sent).toEqual([]);
  });

  it('asks a server that requires a credential with its token, and stops at once without', async () => {
    const { url, secret } = await startWithSecret();
    const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' };
    const made = await fetch(`${url}/maestro/runs`, { method: 'POST', headers, body: '{"name":"n","owner":"o"}' });
    const { id } = (await made.json()) as { id: string };
    const { detail } = (await (await fetch(`${url}/maestro/runs/${id}/release-gate`)).json()) as { detail: string };
    const refused = await ask(url, id);
    expect(refused.code).toBe(2);
    expect(refused.stdout).toContain(`none to wait for. ${detail}`);
    expect(refused.stdout).not.toContain('try 1');
    const blocked = await ask(url, id, secret);
    expect(blocked.code).toBe(1);
    expect(blocked.stdout).toContain('- run_not_succeeded');
  });

  it('stops at once at a run that the real server does not know', async () => {
    const { code, stdout } = await ask(`http://localhost:${server.port}`);
    expect(code).toBe(2);
    expect(stdout).toContain(`Run '${RUN_ID}' not found`);
    expect(stdout).not.toContain('try 1');
  });

  it('asks for the same path where the URL ends with a slash, and waits for less than proxies do', async () => {
    const asked: (string | string[] | undefined)[][] = [];
    const http = await stage((request, response) => {
      asked.push([request.url, request.headers.prefer]);
      json(200, PASS)(request, response);
    });
    expect(await ask(`${http.url}/`)).toMatchObject({ code: 0 });
    expect(await ask(`${http.url}/behind/a/proxy/`)).toMatchObject({ code: 0 });
    await http.close();
    const path = `/maestro/runs/${RUN_ID}/release-gate?enforce=true`;
    expect(asked).toEqual([
      [path, 'wait=50'],
      [`/behind/a/proxy${path}`, 'wait=50'],
    ]);
  });

  it('takes a server that is down for no verdict and fails', async () => {
    const http = await stage();
    await http.close();
    const { code, stdout } = await ask(http.url);
    expect(code).toBe(2);
    expect(stdout).toContain('try 3 of 3');
    expect(stdout).not.toContain('released');
  });

  it('releases when the server comes back in time, and does not when it comes back to block', async () => {
    const back = await stage(json(503, PASS), json(200, PASS));
    expect(await ask(back.url)).toMatchObject({ code: 0 });
    await back.close();
    const blocking = await stage(json(503, ''), json(200, ''), json(409, '{}'));
    expect(await ask(blocking.url)).toMatchObject({ code: 1 });
    await blocking.close();
  });

  it.each([
    { MAESTRO_URL: '', RUN_ID },
    { MAESTRO_URL: 'http://127.0.0.1:9', RUN_ID: '' },
  ])('fails at once without its variables: %j', async (environment) => {
    const { code, stdout } = await run(shell, [...args, `${script}\necho released`], environment);
    expect(code).not.toBe(0);
    expect(stdout).toBe('');
  });
});
