// `npm run demo`: runs the README's walk-through with curl against a server of its own, and holds what is printed to what
// the README promises. The tests run the other examples of the documents through the same functions.
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = join(import.meta.dirname, '..');

/** One `sh` block of a document, and the block behind it that says what is printed; `''` where nothing is. */
export type Step = { command: string; promised: string };

const HEADING = /^#{1,6} /;

/** The text between a heading and the next one. Throws where there is no such heading. */
export function sectionOf(markdown: string, heading: string): string {
  const lines = markdown.split('\n');
  const start = lines.indexOf(heading);
  if (start < 0) throw new Error(`no heading '${heading}'`);
  const fenced = new Set<number>();
  let inFence = false;
  for (const [index, line] of lines.entries()) {
    if (line.startsWith('```')) inFence = !inFence;
    if (inFence) fenced.add(index);
  }
  const end = lines.findIndex((line, index) => index > start && HEADING.test(line) && !fenced.has(index));
  return lines.slice(start + 1, end < 0 ? undefined : end).join('\n');
}

/** The code blocks of a text. */
export function blocksOf(markdown: string): { language: string; code: string }[] {
  return [...markdown.matchAll(/^```(\w*)\n(.*?)^```$/gms)].map(([, language = '', code = '']) => ({
    language,
    code: code.trimEnd(),
  }));
}

/** The commands of a section in their order, each with its promise. */
export function stepsOf(section: string): Step[] {
  const blocks = blocksOf(section);
  return blocks.flatMap(({ language, code }, index) => {
    const next = blocks[index + 1];
    const promised = next !== undefined && ['json', 'text'].includes(next.language) ? next.code : '';
    return language === 'sh' ? [{ command: code, promised }] : [];
  });
}

/** A compiled server on `port` of localhost (0: any free one), which forgets everything at `stop`. */
export async function startServer(port = '0'): Promise<{ port: number; stop(): Promise<void> }> {
  // A folder of its own: a server that runs from dist/ must not have its files changed under it. It lies inside the
  // checkout, where Node finds package.json and the dependencies.
  mkdirSync(join(ROOT, 'dist'), { recursive: true });
  const folder = mkdtempSync(join(ROOT, 'dist', 'walk-through-'));
  execFileSync(join(ROOT, 'node_modules', '.bin', 'tsc'), ['-p', 'src', '--outDir', folder], { cwd: ROOT });
  cpSync(join(ROOT, 'src', 'evidence', 'schemas'), join(folder, 'evidence', 'schemas'), { recursive: true });
  const env = { ...process.env, HOST: 'localhost', PORT: port, LOG_LEVEL: 'info', SHUTDOWN_WAIT_MS: '0' };
  const child = spawn(process.execPath, [join(folder, 'server.js')], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const stop = async () => {
    if (child.exitCode === null && child.kill('SIGTERM')) await once(child, 'exit');
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    return { port: await readyPort(child), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function readyPort(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let log = '';
    child.once('exit', (code) => reject(new Error(`the server ended with exit code ${code} before it was ready`)));
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      log = `${log}${chunk}`.slice(-10_000);
      const ready = /ready at http:\/\/localhost:(\d+)/.exec(log);
      if (ready !== null) resolve(Number(ready[1]));
    });
  });
}

// Stands between the outputs of two steps; no answer of the API holds it raw.
const SEPARATOR = '\x1e';

/**
 * Runs the steps as one `bash -euo pipefail` session, as they stand but for the port. `outputs` has what each step printed
 * to standard output, as far as the session came.
 */
export async function runSession(steps: readonly Step[], port: number, environment: NodeJS.ProcessEnv = {}) {
  const script = steps
    .map(({ command }) => `printf '\\036'\n${command.replaceAll('localhost:8001', `localhost:${port}`)}`)
    .join('\n');
  const { code, stdout, stderr } = await run('bash', ['-euo', 'pipefail', '-c', script], environment);
  const outputs = stdout.split(SEPARATOR).slice(1);
  return { code, outputs: outputs.map((output) => output.trimEnd()), stderr };
}

/** Runs a program to its end, with nothing on standard input. */
export async function run(program: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}) {
  const child = spawn(program, args, { env: { ...process.env, ...environment }, stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}

/** Whether one of these programs is not installed. */
export function lacks(...programs: string[]): boolean {
  return programs.some((program) => spawnSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' }).status !== 0);
}

/** Texts with every id and every digest replaced by the number of its first appearance in any of them, and every timestamp by a word. */
export function withoutWhatVaries(texts: readonly string[]): string[] {
  const numbered = (word: string) => {
    const seen: string[] = [];
    return (one: string) => {
      if (!seen.includes(one)) seen.push(one);
      return `<${word} ${seen.indexOf(one) + 1}>`;
    };
  };
  const [id, digest] = [numbered('id'), numbered('digest')];
  return texts.map((text) =>
    text
      .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, (one) => id(one))
      // An SBOM is made anew each time: SHA-256 and SHA-512.
      .replaceAll(/\b(?:[0-9a-f]{128}|[0-9a-f]{64})\b/g, (one) => digest(one))
      .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, '<time>'),
  );
}

async function main(): Promise<number> {
  const steps = stepsOf(sectionOf(readFileSync(join(ROOT, 'README.md'), 'utf8'), '## Walk-through'));
  const server = await startServer(process.env.PORT ?? '0');
  try {
    const { code, outputs, stderr } = await runSession(steps, server.port);
    const printed = withoutWhatVaries(outputs);
    const promised = withoutWhatVaries(steps.map((step) => step.promised));
    let broken = 0;
    for (const [index, output] of outputs.entries()) {
      process.stdout.write(`\n$ ${steps[index]?.command.replaceAll('\n', '\n  ')}\n${output}\n`);
      if (printed[index] === promised[index]) continue;
      broken += 1;
      process.stdout.write(`\nThat is not what the README promises:\n${steps[index]?.promised}\n`);
    }
    process.stderr.write(stderr);
    const passed = code === 0 && broken === 0 && outputs.length === steps.length && steps.length > 0;
    process.stdout.write(
      passed ? '\ndemo: DONE ✓\n' : `\ndemo: FAILED: exit code ${code}, ${broken} broken promises\n`,
    );
    return passed ? 0 : 1;
  } finally {
    await server.stop();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.exitCode = await main().catch((error: Error) => {
    process.stderr.write(`demo: FAILED: ${error.message}\n`);
    return 1;
  });
}
