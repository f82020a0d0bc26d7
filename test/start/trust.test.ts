import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { start } from './server-process.ts';

describe('the trust file of the server process', () => {
  const folder = mkdtempSync(join(tmpdir(), 'maestro-trust-'));
  const path = join(folder, 'trust.yaml');
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is read again at SIGHUP, and stays what it was where it cannot be used', async () => {
    writeFileSync(path, 'key_threshold: 1\n');
    const { child, out, exited, ready } = start({ TRUST_FILE: path });
    const url = await ready();
    const digest = async () => ((await (await fetch(`${url}/ready`)).json()) as { trust_digest: string }).trust_digest;
    const trust = async () => (await (await fetch(`${url}/maestro/trust`)).json()) as { last_error: string | null };
    const first = await digest();
    expect(out.text).toContain(
      `TRUST_FILE ${path}: 0 identities, 0 keys, 0 builders, 0 sources, 0 roots; digest ${first}`,
    );
    writeFileSync(path, 'key_threshold: 2\n');
    child.kill('SIGHUP');
    await expect.poll(digest).not.toBe(first);
    const second = await digest();
    await expect
      .poll(() => out.text)
      .toContain(`The trust file was read again: the digest is now ${second}, it was ${first}`);
    for (const bad of ['key_threshold: 0\n', '{', 'surprise: true\n', null]) {
      out.text = '';
      if (bad === null) rmSync(path);
      else writeFileSync(path, bad);
      child.kill('SIGHUP');
      await expect
        .poll(() => out.text)
        .toContain(`The trust file ${path} was not read, and what was trusted before stays: `);
      expect(await digest()).toBe(second);
      expect((await trust()).last_error).not.toBeNull();
      expect((await trust()).last_error).not.toContain(folder);
    }
    out.text = '';
    writeFileSync(path, '# the same\nkey_threshold: 2\n');
    child.kill('SIGHUP');
    await expect.poll(() => out.text).toContain('The trust file was read again: nothing has changed');
    expect((await trust()).last_error).toBeNull();
    child.kill('SIGUSR2');
    await expect.poll(() => out.text).toContain('SIGUSR2 is ignored');
    child.kill('SIGTERM');
    expect(await exited).toEqual({ code: 0, signal: null });
  });

  it('warns of what it does not restrict, at start and when it is read again', async () => {
    writeFileSync(path, 'sources:\n- repository: https://github.com/acme/app\n');
    const { child, out, ready } = start({ TRUST_FILE: path });
    await ready();
    const warning = 'TRUST_FILE: sources.0.refs is not stated (https://github.com/acme/app), so every branch and tag';
    expect(out.text).toContain(warning);
    out.text = '';
    child.kill('SIGHUP');
    await expect.poll(() => out.text).toContain(warning);
    writeFileSync(path, 'version: 2\nsources:\n- repository: https://github.com/acme/app\n  refs: any\n...\n');
    out.text = '';
    child.kill('SIGHUP');
    await expect.poll(() => out.text).toContain('The trust file was read again');
    expect(out.text).not.toContain('TRUST_FILE: ');
  });

  it.each([
    [
      'is not there',
      null,
      /^maestro: Bad configuration: TRUST_FILE \S+no-such-file: cannot be read: no such file or folder\n$/,
    ],
    ['is no YAML', '{', /^maestro: Bad configuration: TRUST_FILE \S+trust\.yaml: it is neither YAML nor JSON: .+\n$/],
    ['says what is not known', 'surprise: 1\n', /^maestro: Bad configuration: TRUST_FILE \S+: .*surprise.*\n$/],
    [
      'is empty',
      '',
      /^maestro: Bad configuration: TRUST_FILE \S+: it is empty: it may have been cut off; to trust nothing, write \{\}\n$/,
    ],
    ['was cut off', 'version: 2\npublic_good: true\n', /TRUST_FILE \S+: it does not end with the line "\.\.\."/],
  ])('keeps the process from starting where it %s, which it says in one line', async (_what, text, line) => {
    const file = text === null ? join(folder, 'no-such-file') : path;
    if (text !== null) writeFileSync(path, text);
    const { out, exited } = start({ TRUST_FILE: file });
    expect((await exited).code).toBe(1);
    expect(out.errors).toMatch(line);
  });

  it('is what the gate goes by where that asks for verified flags', async () => {
    const { ready } = start({ GATE_MINIMUM_LEVEL: 'verified' });
    const url = await ready();
    const post = async (path: string, body: object) => {
      const headers = { 'content-type': 'application/json' };
      const response = await fetch(`${url}/maestro/${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
      return (await response.json()) as { id: string };
    };
    const { id } = await post('runs', { name: 'n', owner: 'o' });
    const flags = { sbom_present: true, slsa_provenance_present: true, risk_assessment_present: true };
    await post('artifacts', { run_id: id, kind: 'other', path_or_uri: 'p', metadata_json: flags });
    const answer = await fetch(`${url}/maestro/runs/${id}/release-gate`);
    expect(await answer.json()).toMatchObject({
      passed: false,
      details: { minimum_level: 'verified', total_artifacts: 1, compliant_artifacts: 0 },
    });
  });
});
