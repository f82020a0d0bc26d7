// nginx, Apache and HAProxy in front of a server, as processes of their own that end with the test.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../postgres.ts';

const NGINX = '/usr/sbin/nginx';
const APACHE = '/usr/sbin/apache2';
const HAPROXY = '/usr/sbin/haproxy';
const APACHE_MODULES = '/usr/lib/apache2/modules';

export const hasNginx = existsSync(NGINX);
export const hasApache = existsSync(APACHE);
export const hasHaproxy = existsSync(HAPROXY);

export type Front = { url: string; stop(): Promise<void> };

/** nginx that serves the `location` blocks given, and compresses JSON and bytes. */
export function startNginx(locations: string): Promise<Front> {
  return start((folder, port) => {
    const config = `
      daemon off; worker_processes 1; pid ${folder}/pid; error_log ${folder}/error.log; ${isRoot() ? 'user root;' : ''}
      events { worker_connections 64; }
      http {
        access_log off;
        ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`).join(' ')}
        gzip on; gzip_min_length 1; gzip_proxied any; gzip_types application/json application/octet-stream;
        server { listen 127.0.0.1:${port}; ${locations} }
      }`;
    return [NGINX, ['-p', folder, '-c', written(folder, config), '-e', join(folder, 'error.log')]];
  });
}

/** Apache that passes everything on to `target`, and compresses it. */
export function startApache(target: string): Promise<Front> {
  return start((folder, port) => {
    const modules = ['mpm_event', 'authz_core', 'filter', 'deflate', 'proxy', 'proxy_http'];
    const config = `
      ServerRoot ${folder}
      ServerName localhost
      PidFile ${folder}/pid
      DefaultRuntimeDir ${folder}
      ErrorLog ${folder}/error.log
      ${modules.map((name) => `LoadModule ${name}_module ${APACHE_MODULES}/mod_${name}.so`).join('\n')}
      Listen 127.0.0.1:${port}
      SetOutputFilter DEFLATE
      ProxyPass / ${target}/
      ProxyPassReverse / ${target}/`;
    return [APACHE, ['-DFOREGROUND', '-f', written(folder, config)]];
  });
}

/** HAProxy that passes everything on to `target`, and compresses JSON and bytes. */
export function startHaproxy(target: string): Promise<Front> {
  return start((folder, port) => {
    const config = `
defaults
  mode http
  timeout connect 30s
  timeout client 60s
  timeout server 60s
frontend front
  bind 127.0.0.1:${port}
  compression algo gzip
  compression type application/json application/octet-stream
  default_backend back
backend back
  server maestro ${new URL(target).host}`;
    return [HAPROXY, ['-db', '-f', written(folder, config)]];
  });
}

const isRoot = () => process.getuid?.() === 0;

function written(folder: string, config: string): string {
  const path = join(folder, 'config');
  writeFileSync(path, `${config}\n`);
  return path;
}

async function start(commandOf: (folder: string, port: number) => [string, string[]]): Promise<Front> {
  const folder = mkdtempSync(join(tmpdir(), 'maestro-proxy-'));
  const port = await freePort();
  const [program, args] = commandOf(folder, port);
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let complaints = '';
  child.stderr.on('data', (data) => {
    complaints += data;
  });
  const url = `http://127.0.0.1:${port}`;
  await untilServing(child, url, () => complaints);
  const stop = async () => {
    if (child.exitCode === null && child.kill('SIGTERM')) await once(child, 'exit');
    rmSync(folder, { recursive: true, force: true });
  };
  return { url, stop };
}

const HANG_MS = 60_000;

async function untilServing(child: ChildProcess, url: string, complaints: () => string): Promise<void> {
  for (const began = performance.now(); performance.now() - began < HANG_MS; await sleep(50)) {
    if (child.exitCode !== null) throw new Error(`the proxy ended: ${complaints()}`);
    const answered = await fetch(url).then(
      () => true,
      () => false,
    );
    if (answered) return;
  }
  child.kill('SIGKILL');
  throw new Error(`the proxy does not answer: ${complaints()}`);
}
