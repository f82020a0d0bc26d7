// Requests that provoke every answer of the operations on content.
import { full, lost, unavailable } from '../../../src/blobs/refusals.ts';
import * as story from '../../../src/openapi/examples/story.ts';
import { anywhere, type Cases, DEFECT, neverEnding, throws } from './case.ts';
import { CONTENT } from './world.ts';

const CONTENT_URL = `/maestro/artifacts/${story.ARTIFACT_ID}/content`;
const OTHER_DIGEST = 'sha-256=:n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=:';
const FORM = { 'content-type': 'multipart/form-data; boundary=x' };
const LINK = 'https://builds.s3.eu-central-1.amazonaws.com/';

const limits = { maxBytes: 64 * 1024, idleMs: 100, totalMs: 30_000 };

export const content: Cases = {
  putArtifactContent: {
    ...anywhere(CONTENT),
    200: { request: CONTENT },
    201: { stage: 'artifact', request: CONTENT, time: '10:06:00.000' },
    404: { request: { ...CONTENT, url: '/maestro/artifacts/sbom-1042/content' } },
    408: {
      stage: 'artifact',
      request: neverEnding(CONTENT, story.SBOM_TYPE),
      options: { deps: ({ blobs }) => ({ blobs: { ...blobs, limits } }) },
    },
    409: { request: { ...CONTENT, payload: '{"bomFormat": "CycloneDX", "specVersion": "1.6"}' } },
    412: { request: { ...CONTENT, headers: { ...CONTENT.headers, 'if-none-match': '*' } } },
    413: { stage: 'artifact', request: { ...CONTENT, headers: { ...CONTENT.headers, 'content-length': '99999999' } } },
    415: { stage: 'artifact', request: { ...CONTENT, headers: FORM } },
    422: { stage: 'artifact', request: { ...CONTENT, headers: { ...CONTENT.headers, 'repr-digest': OTHER_DIGEST } } },
    500: { stage: 'artifact', request: CONTENT, options: { stores: { artifacts: { update: throws(DEFECT) } } } },
    503: { stage: 'artifact', request: CONTENT, options: { blobs: { receive: throws(unavailable(null)) } } },
    507: { stage: 'artifact', request: CONTENT, options: { blobs: { receive: throws(full(null)) } } },
  },
  getArtifactContent: {
    ...anywhere({ url: CONTENT_URL }),
    200: { request: { url: CONTENT_URL } },
    206: { request: { url: CONTENT_URL, headers: { range: 'bytes=0-99' } } },
    302: {
      request: { url: CONTENT_URL },
      options: {
        blobs: { link: async (sha256) => `${LINK}default/${sha256}?X-Amz-Expires=300` },
        deps: ({ blobs }) => ({ blobs: { ...blobs, redirect: true } }),
      },
    },
    304: { request: { url: CONTENT_URL, headers: { 'if-none-match': '*' } } },
    404: { stage: 'artifact', request: { url: CONTENT_URL } },
    416: { request: { url: CONTENT_URL, headers: { range: 'bytes=9999-' } } },
    500: { request: { url: CONTENT_URL }, options: { blobs: { read: throws(lost('x')) } } },
    503: { request: { url: CONTENT_URL }, options: { blobs: { read: throws(unavailable(null)) } } },
  },
};
