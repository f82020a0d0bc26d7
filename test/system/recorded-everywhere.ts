// What every operation refuses alike.
import type { Step } from './recorded-requests.ts';

type Operation = [method: string, url: string, body?: 'json' | 'bytes' | 'none'];

const OPERATIONS: Operation[] = [
  ['GET', '/health'],
  ['GET', '/ready'],
  ['GET', '/version'],
  ['GET', '/maestro/trust'],
  ['GET', '/maestro/jobs'],
  ['GET', '/maestro/runs'],
  ['POST', '/maestro/runs', 'json'],
  ['GET', '/maestro/runs/{run}'],
  ['PATCH', '/maestro/runs/{run}', 'json'],
  ['GET', '/maestro/runs/{run}/manifest'],
  ['GET', '/maestro/runs/{run}/release-gate'],
  ['GET', '/maestro/artifacts'],
  ['POST', '/maestro/artifacts', 'json'],
  ['GET', '/maestro/artifacts/{artifact}'],
  ['GET', '/maestro/artifacts/{artifact}/content'],
  ['PUT', '/maestro/artifacts/{artifact}/content', 'bytes'],
  ['GET', '/maestro/artifacts/{artifact}/evidence'],
  ['POST', '/maestro/artifacts/{artifact}/evidence', 'none'],
  ['POST', '/maestro/evidence/inspect', 'bytes'],
  ['GET', '/maestro/disclosure-packs'],
  ['POST', '/maestro/disclosure-packs', 'json'],
  ['GET', '/maestro/disclosure-packs/{pack}'],
  ['GET', '/maestro/whoami'],
  ['GET', '/maestro/tokens'],
  ['POST', '/maestro/tokens', 'json'],
  ['GET', '/maestro/tokens/{token}'],
  ['DELETE', '/maestro/tokens/{token}', 'json'],
  ['POST', '/maestro/tokens/{token}/rotate', 'json'],
];

const LARGE = 'x'.repeat(2_000);
const JSON_TYPE = { 'content-type': 'application/json' };
const FORM = { 'content-type': 'multipart/form-data; boundary=x' };

/** Parameters that there are none of, and callers who may not ask. */
export const everywhere: Step[] = OPERATIONS.flatMap(([method, url, body]): Step[] => {
  const sent = body === 'json' ? { json: {} } : {};
  const foreign = method === 'GET' ? { host: 'rebound.example.com' } : { origin: 'https://ads.example.com' };
  return [
    { name: `${method} ${url} with bad percent-encoding`, method, url: `${url}?trace=%ff`, ...sent },
    { name: `${method} ${url} with an unknown parameter`, method, url: `${url}?trace=on`, ...sent },
    { name: `${method} ${url} of somebody foreign`, method, url, headers: foreign, ...sent },
  ];
});

/** Bodies that are too large for a server that takes little, or of a wrong type. */
export const everyBody: Step[] = OPERATIONS.filter(([, , body]) => body !== undefined).flatMap(
  ([method, url, body]): Step[] => {
    const large = body === 'json' ? { json: { name: LARGE } } : { text: LARGE };
    return [
      { name: `${method} ${url} with a large body`, method, url, ...large },
      { name: `${method} ${url} with a form`, method, url, text: 'x', headers: FORM },
      ...(body === 'json' ? [{ name: `${method} ${url} with half a body`, method, url, text: '{"name":' }] : []),
    ].map((step) => (body === 'json' && step.headers === undefined ? { ...step, headers: JSON_TYPE } : step));
  },
);

/** Bodies that never come. */
export const hanging: Step[] = OPERATIONS.filter(([, , body]) => body === 'json' || body === 'bytes').map(
  ([method, url, body]): Step => ({
    ...{ name: `${method} ${url} without its end`, method, url, hangs: true },
    ...(body === 'json' ? { headers: JSON_TYPE } : {}),
  }),
);
