// How the requests that are recorded are written.
import type { Step } from './recordings.ts';

export type { Step };

type More = Partial<Step>;

export const get = (name: string, url: string, more: More = {}): Step => ({ name, url, ...more });

export const post = (name: string, url: string, json: unknown, more: More = {}): Step => ({
  ...{ name: `POST ${name}`, method: 'POST', url, json },
  ...more,
});

export const patch = (name: string, run: string, json: unknown, more: More = {}): Step => ({
  ...{ name: `PATCH ${name}`, method: 'PATCH', url: `/maestro/runs/${run}`, json },
  ...more,
});

/** Sends a document as the content of an artifact, and waits until it was read. */
export const put = (artifact: string, document: string, more: More = {}): Step => ({
  ...{ name: `PUT ${document} to ${artifact}`, method: 'PUT', url: `/maestro/artifacts/{${artifact}}/content` },
  document,
  ...more,
  headers: { prefer: 'wait=60', ...more.headers },
});

/** Bodies that are refused, by what is wrong with them. */
export const bad = (of: string, method: string, url: string, bodies: Record<string, unknown>): Step[] =>
  Object.entries(bodies).map(([what, json]) => ({ name: `${of} with ${what}`, method, url, json }));
