// Requests that provoke every answer of the operations on evidence.
import * as story from '../../../src/openapi/examples/story.ts';
import { runFull } from '../../../src/store/refusals.ts';
import { anywhere, type Cases, DEFECT, neverEnding, QUICK, throws } from './case.ts';

const EVIDENCE_URL = `/maestro/artifacts/${story.ARTIFACT_ID}/evidence`;
const FORM = { 'content-type': 'multipart/form-data; boundary=x' };
const again = { method: 'POST', url: EVIDENCE_URL } as const;
const inspect = {
  method: 'POST',
  url: '/maestro/evidence/inspect',
  headers: { 'content-type': 'application/octet-stream' },
  payload: story.SBOM_TEXT,
} as const;

export const evidence: Cases = {
  getEvidence: {
    ...anywhere({ url: EVIDENCE_URL }),
    200: { request: { url: EVIDENCE_URL } },
    404: { stage: 'artifact', request: { url: EVIDENCE_URL } },
    422: { request: { url: EVIDENCE_URL, headers: { prefer: 'wait=90' } } },
  },
  readEvidenceAgain: {
    ...anywhere(again),
    200: { request: { ...again, headers: { prefer: 'wait=60' } }, time: '11:00:00.000' },
    202: { request: { ...again, headers: { prefer: 'wait=0' } } },
    404: { stage: 'artifact', request: again },
    409: { request: again, options: { stores: { artifacts: { update: throws(runFull('bytes', 10_000)) } } } },
    413: { request: { ...again, payload: 'x'.repeat(2_000) } },
    415: { request: { ...again, payload: 'now' } },
  },
  inspectEvidence: {
    ...anywhere(inspect),
    200: { request: inspect },
    408: { stage: 'nothing', request: neverEnding(inspect, story.SBOM_TYPE), options: QUICK },
    413: { request: { ...inspect, payload: Buffer.alloc(33 * 1024 * 1024) } },
    415: { request: { ...inspect, headers: FORM } },
    500: {
      request: inspect,
      options: { deps: ({ evidence }) => ({ evidence: { ...evidence, read: throws(DEFECT) } }) },
    },
    503: {
      meanwhile: [0, 1, 2, 3].map(() => inspect),
      request: inspect,
      options: { deps: ({ evidence }) => ({ evidence: { ...evidence, read: () => new Promise(() => {}) } }) },
    },
  },
};
