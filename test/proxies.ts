// nginx, HAProxy and Apache in front of a Maestro, as processes that end with the test: with the configuration that
// docs/proxy.md shows, or compressing what they pass on.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './postgres.ts';
import { blocksOf, ROOT } from './walk-through.ts';

export const PROXIES = ['nginx by default', 'nginx', 'haproxy', 'apache'] as const;
export type ProxyName = (typeof PROXIES)[number];

export type RunningProxy = {
  /** Where Maestro is behind it, without a slash at the end. */
  url: string;
  stop(): Promise<void>;
};

type Kind = {
  program: string;
  args: (file: string) => string[];
  /** A whole configuration around `shown`. */
  around: (shown: string, folder: string, port: number) => string;
  /** What the document shows to listen on. */
  listens: [RegExp, (port: number) => string];
  /** What of the other the variant with a prefix replaces, and what of that stays. */
  prefixed: { replaced: RegExp; stays: string };
};

const isRoot = process.getuid?.() === 0;

const NGINX: Kind = {
  program: '/usr/sbin/nginx',
  args: (file) => ['-e', 'stderr', '-c', file],
  around: (shown, folder) => `${isRoot ? 'user root;' : ''}
daemon off;
pid ${folder}/pid;
error_log stderr crit;
events {}
http {
  access_log off;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  ${shown}
}
`,
  listens: [/listen 80;/, (port) => `listen 127.0.0.1:${port};`],
  prefixed: { replaced: / {2}location \/ \{[\s\S]*\n {2}\}\n/, stays: '' },
};

const HAPROXY: Kind = {
  program: '/usr/sbin/haproxy',
  args: (file) => ['-db', '-f', file],
  around: (shown) => `global\n  maxconn 1000\n${shown}\n`,
  listens: [/bind :80\n/, (port) => `bind 127.0.0.1:${port}\n`],
  prefixed: { replaced: /backend maestro\n/, stays: 'backend maestro\n' },
};

const MODULES = ['mpm_event', 'authz_core', 'headers', 'env', 'deflate', 'filter', 'proxy', 'proxy_http'];

const APACHE: Kind = {
  program: '/usr/sbin/apache2',
  args: (file) => ['-D', 'FOREGROUND', '-f', file],
  around: (shown, folder, port) => `ServerRoot ${folder}
ServerName localhost
DefaultRuntimeDir ${folder}
PidFile ${folder}/pid
ErrorLog ${folder}/error.log
Listen 127.0.0.1:${port}
${MODULES.map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`).join('\n')}
${isRoot ? 'User www-data\nGroup www-data' : ''}
# As Debian's module does.
AddOutputFilterByType DEFLATE application/json application/problem+json
${shown}
`,
  listens: [/<VirtualHost \*:80>/, (port) => `<VirtualHost 127.0.0.1:${port}>`],
  prefixed: { replaced: / *ProxyPass .*\n/, stays: '' },
};

const KINDS: Record<ProxyName, Kind> = { 'nginx by default': NGINX, nginx: NGINX, haproxy: HAPROXY, apache: APACHE };

/** All but the size, which has to let the bodies of the tests through. */
const NGINX_BY_DEFAULT = `server {
  listen 80;
  client_max_body_size 512m;
  location / {
    proxy_pass http://127.0.0.1:8001;
  }
}`;

export function proxyIsInstalled(name: ProxyName): boolean {
  return existsSync(KINDS[name].program);
}

/** The prefix in the document. */
export const PREFIX = '/governance';

/** The configuration of docs/proxy.md, with or without its prefix, for a Maestro on `upstream`. */
function shownFor(name: ProxyName, upstream: number, port: number, isPrefixed: boolean): string {
  const { listens, prefixed } = KINDS[name];
  const document = readFileSync(join(ROOT, 'docs', 'proxy.md'), 'utf8');
  const [whole = '', variant = ''] =
    name === 'nginx by default'
      ? [NGINX_BY_DEFAULT]
      : blocksOf(document).flatMap(({ language, code }) => (language === name ? [`${code}\n`] : []));
  const shown = isPrefixed ? replaced(whole, prefixed.replaced, () => `${prefixed.stays}${variant}`) : whole;
  const [pattern, listen] = listens;
  return replaced(
    replaced(shown, pattern, () => listen(port)),
    /127\.0\.0\.1:8001/,
    () => `127.0.0.1:${upstream}`,
  );
}

function replaced(text: string, pattern: RegExp, by: () => string): string {
  if (!pattern.test(text)) throw new Error(`docs/proxy.md has no ${pattern}`);
  return text.replace(pattern, by);
}

/** A proxy on a port of its own that passes on to `upstream`, which answers through it when this resolves. */
export async function startProxy(name: ProxyName, upstream: number, isPrefixed = false): Promise<RunningProxy> {
  const shown = (port: number) => shownFor(name, upstream, port, isPrefixed);
  const { url, stop } = await start(KINDS[name], shown, isPrefixed ? `${PREFIX}/health` : '/health', isOk);
  return { url: isPrefixed ? `${url}${PREFIX}` : url, stop };
}

/** nginx with the `location` blocks given, which compresses JSON and bytes. Nothing need answer behind it yet. */
export function startNginx(locations: string): Promise<RunningProxy> {
  const compressed = 'application/json application/octet-stream';
  const shown = (port: number) => `gzip on; gzip_min_length 1; gzip_proxied any; gzip_types ${compressed};
  server { listen 127.0.0.1:${port}; ${locations} }`;
  return start(NGINX, shown, '/', () => true);
}

/** Apache that passes everything on to `target`, and compresses it. */
export function startApache(target: string): Promise<RunningProxy> {
  const shown = () => `SetOutputFilter DEFLATE\nProxyPass / ${target}/\nProxyPassReverse / ${target}/`;
  return start(APACHE, shown, '/', () => true);
}

/** HAProxy that passes everything on to `target`, and compresses JSON and bytes. */
export function startHaproxy(target: string): Promise<RunningProxy> {
  const shown = (port: number) => `defaults
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
  return start(HAPROXY, shown, '/', () => true);
}

const isOk = (status: number) => status === 200;

/** Starts a proxy, and waits until the status of its answer at `path` is one that `answers` takes. */
async function start(
  { program, args, around }: Kind,
  shown: (port: number) => string,
  path: string,
  answers: (status: number) => boolean,
): Promise<RunningProxy> {
  const folder = mkdtempSync(join(tmpdir(), 'maestro-proxy-'));
  chmodSync(folder, 0o755);
  const port = await freePort();
  const file = join(folder, 'conf');
  writeFileSync(file, around(shown(port), folder, port));
  const child = spawn(program, args(file), { stdio: ['ignore', 'ignore', 'pipe'] });
  let complaints = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints += text;
  });
  const url = `http://127.0.0.1:${port}`;
  const stop = async () => {
    await ended(child);
    rmSync(folder, { recursive: true, force: true });
  };
  await untilItAnswers(`${url}${path}`, child, answers).catch(async (error) => {
    await stop();
    throw new Error(`${program}: ${error.message}\n${complaints}`);
  });
  return { url, stop };
}

// By the signal that each takes for a stop at once, children included.
async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  await exit;
}

const ATTEMPTS = 1_200;

async function untilItAnswers(url: string, child: ChildProcess, answers: (status: number) => boolean): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const { status } = await fetch(url).catch(() => ({ status: null }));
    if (status !== null && answers(status)) return;
    if (child.exitCode !== null) throw new Error(`ended with status ${child.exitCode}`);
    await sleep(50);
  }
  throw new Error(`${url} does not answer`);
}
