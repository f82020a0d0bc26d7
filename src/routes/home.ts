// `/` and `/maestro`: a page for browsers, and JSON with the paths of everything for other clients.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { refusalOf } from '../http/problem.ts';
import { type PublicUrl, publicPath } from '../http/public-url.ts';
import { prefersHtml } from '../http/request-headers.ts';
import { authorityOf } from '../http/request-target.ts';
import type { Readiness } from '../http/stopping.ts';
import { homePage, stylesOf } from './home-page.ts';
import { VERSION } from './version.ts';

export type HomeRoutes = {
  stores: { ping(): Promise<void> };
  digest(text: string): string;
  now(): Date;
  publicUrl: PublicUrl | null;
  /** Whether the process accepts work now. */
  readiness(): Readiness;
  /** `none` is warned of: everybody who reaches the server can do everything. */
  authentication: 'local' | 'none' | 'required';
};

export const home = (deps: HomeRoutes) => async (app: FastifyInstance) => {
  const whyNotReady = readinessOf(deps);
  const policy = `default-src 'none'; style-src '${stylesOf(deps.digest)}'; img-src data:; \
base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
  const answer = async (request: FastifyRequest, reply: FastifyReply) => {
    reply.header('vary', 'accept');
    if (!prefersHtml(request.headers.accept)) return summaryOf(deps);
    reply.header('content-security-policy', policy).header('referrer-policy', 'no-referrer');
    reply.type('text/html; charset=utf-8');
    const { base = baseOf(request) } = deps.publicUrl ?? {};
    const warning = warningOf(deps);
    const shown = { base, root: rootOf(deps, request), version: VERSION, warning };
    const needsToken = deps.authentication === 'required';
    return homePage({ ...shown, needsToken, whyNotReady: await whyNotReady() });
  };
  for (const path of ['/', '/maestro', '/maestro/'])
    app.get(path, { config: { permission: 'none' }, schema: { hide: true } }, answer);
};

function summaryOf(deps: HomeRoutes): object {
  const warning = warningOf(deps);
  const summary = { service: 'maestro', version: VERSION, links: linksOf(deps) };
  return warning === null ? summary : { ...summary, authentication: 'none', warning };
}

function warningOf({ authentication }: HomeRoutes): string | null {
  if (authentication !== 'none') return null;
  return 'Callers are not identified (AUTH=none): whoever reaches this server can read and write everything';
}

const PATHS = {
  documentation: '/docs',
  openapi: '/openapi.json',
  health: '/health',
  ready: '/ready',
  version: '/version',
  runs: '/maestro/runs',
  release_gate: '/maestro/runs/{run_id}/release-gate',
  artifacts: '/maestro/artifacts',
  inspect: '/maestro/evidence/inspect',
  disclosure_packs: '/maestro/disclosure-packs',
  trust: '/maestro/trust',
  jobs: '/maestro/jobs',
};

function linksOf({ publicUrl }: HomeRoutes): Record<string, string> {
  return Object.fromEntries(Object.entries(PATHS).map(([name, path]) => [name, publicPath(publicUrl, path)]));
}

// The Host goes into commands that people copy into a shell: no character with a meaning there is
// allowed.
const SAFE_AUTHORITY = /^[A-Za-z0-9.:[\]_-]+$/;

function baseOf({ raw }: FastifyRequest): string {
  const authority = authorityOf(raw) ?? '';
  return `http://${SAFE_AUTHORITY.test(authority) ? authority : `localhost:${raw.socket.localPort}`}`;
}

// Relative to the page: without PUBLIC_URL, the prefix that a proxy has removed is unknown.
function rootOf({ publicUrl }: HomeRoutes, { url }: FastifyRequest): string {
  if (publicUrl !== null && publicUrl.prefix !== '') return `${publicUrl.prefix}/`;
  return url.startsWith('/maestro/') ? '../' : './';
}

const FRESH_MS = 1_000;
const PATIENCE_MS = 1_500;

/**
 * Why the service is not ready, or null. The store is pinged at most once a second, one ping at a
 * time.
 */
function readinessOf({ readiness, stores, now }: HomeRoutes): () => Promise<string | null> {
  let asked: Promise<string | null> | null = null;
  let answeredAt: number | null = null;
  const ask = async () => {
    const why = await stores.ping().then(
      () => null,
      (error) => refusalOf(error).message,
    );
    answeredAt = now().getTime();
    return why;
  };
  return async () => {
    if (readiness() !== 'ready') return `The server is ${readiness()}`;
    const isOld = answeredAt !== null && Math.abs(now().getTime() - answeredAt) >= FRESH_MS;
    if (asked === null || isOld) {
      answeredAt = null;
      asked = ask();
    }
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<string>((resolve) => {
      timer = setTimeout(() => resolve('The store does not answer'), PATIENCE_MS);
    });
    return Promise.race([asked, late]).finally(() => clearTimeout(timer));
  };
}
