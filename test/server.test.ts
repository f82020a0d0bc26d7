// The process itself, as a user starts it.
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { SERVER, start } from './start/server-process.ts';

/** The packages that the compiled program loads before it serves: what is imported statically from these files on. */
function packagesFrom(...files: string[]): string[] {
  const seen = new Set<string>();
  const packages = new Set<string>();
  const visit = (file: URL) => {
    if (seen.has(file.href)) return;
    seen.add(file.href);
    for (const [, to = ''] of readFileSync(file, 'utf8').matchAll(
      /^(?:import|export)\s(?:[^'";=]*?\sfrom\s)?['"]([^'"]+)['"]/gm,
    )) {
      if (to.startsWith('.')) visit(new URL(to, file));
      else if (!to.startsWith('node:')) packages.add(to);
    }
  };
  for (const file of files) visit(new URL(file, pathToFileURL(SERVER)));
  return [...packages].sort();
}

describe('the start of the process', () => {
  it('loads no package that serving does not need', () => {
    const files = ['server.js', 'start/signals.js', 'start/commands.js', 'start/serve.js', 'store/memory/readings.js'];
    expect(packagesFrom(...files)).toEqual(['close-with-grace', 'fastify', 'pino', 'uuid', 'zod']);
  });
});

describe('the server process', () => {
  it('serves, says that the memory store forgets, and exits 0 at SIGTERM', async () => {
    const { child, out, exited, ready } = start();
    const url = await ready();
    expect(url).toMatch(/^http:\/\/localhost:\d+$/);
    expect(await (await fetch(`${url}/health`)).json()).toEqual({ status: 'ok', service: 'maestro' });
    expect((await fetch(`${url}/ready`)).status).toBe(200);
    expect(out.text).toContain('it forgets everything when the process ends');
    expect(out.text).not.toContain('not identified');
    child.kill('SIGTERM');
    expect(await exited).toEqual({ code: 0, signal: null });
    expect(out.text).toContain('"msg":"stopped"');
  });

  it.each([
    [{ PORT: 'eight' }, /^maestro: Bad configuration: PORT must be a whole number\n$/],
    [{ PUBLIC_URL: 'ci.example.com' }, /^maestro: Bad configuration: PUBLIC_URL must be an http or https URL .+\n$/],
    [{ LOG_LEVEL: 'loud' }, /^maestro: Bad configuration: LOG_LEVEL .+\n$/],
    [{ DATABASE_URL: 'postgres://maestro@127.0.0.1:1/x' }, /^maestro: .*ECONNREFUSED.*\n$/],
    [{ DATABASE_URL: 'postgres://u:s3cret@[bad/x' }, /^maestro: Bad configuration: DATABASE_URL is not a valid URL\n$/],
    [{ BLOB_URL: `file:${SERVER}` }, /^maestro: BLOB_URL: \/\S+: it is a file, not a folder\n$/],
    [{ HOST: 'no-such-host.invalid' }, /^maestro: .*no-such-host\.invalid.*\n$/],
  ])('does not start with %j, and says why in one line', async (env, line) => {
    const { out, exited } = start(env as unknown as Record<string, string>);
    expect((await exited).code).toBe(1);
    expect(out.errors).toMatch(line);
  });

  // None of them looks at the settings, which are bad.
  it.each([
    [['help'], /^Maestro \d+\.\d+\.\d+: .*Usage: node dist\/server\.js \[command\].*TRUST_FILE/s],
    [['--help'], /^Maestro .*Usage: /s],
    [['-h'], /^Maestro .*Usage: /s],
    [['prune', '--help'], /^Usage: node dist\/server\.js prune <date>\n/],
    [['serve', '-h'], /^Usage: node dist\/server\.js serve\n/],
    [['--version'], /^\d+\.\d+\.\d+\n$/],
  ])('answers %j, opens nothing and exits 0', async (words, text) => {
    const { out, exited } = start(
      { PORT: 'none', DATABASE_URL: 'postgres://127.0.0.1:1/x', TRUST_FILE: '/no' },
      ...words,
    );
    expect(await exited).toEqual({ code: 0, signal: null });
    expect(out.text).toMatch(text);
    expect(out.errors).toBe('');
  });
});
