// Before the tests: the compiled server, which is what production starts and what the tests of the process start.
import { execFileSync } from 'node:child_process';

export function setup(): void {
  execFileSync('npm', ['run', '--silent', 'build'], {
    cwd: new URL('..', import.meta.url),
    stdio: ['ignore', 'inherit', 'ignore'],
  });
}
