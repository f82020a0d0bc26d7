// The headers of requests and answers, which the zod schemas of routes do not describe.

export type HeaderParameter = {
  name: string;
  in: 'header';
  required: false;
  description: string;
  schema: { type: 'string'; examples: [string] };
};

const optional = (name: string, description: string, example: string): HeaderParameter => ({
  name,
  in: 'header',
  required: false,
  description,
  schema: { type: 'string', examples: [example] },
});

const ROW_TAG = '"1PPn6SPW_pK2mYJ0CUkypt"';
const CONTENT_TAG = '"a33c6b69be74cd517323cccb5a55dbc3a70386035ac056e84c0f48d537662c3f"';
const DIGEST = 'sha-256=:ozxrab50zVFzI8zLWlXbw6cDhgNawFboTA9I1TdmLD8=:';

const IF_NONE_MATCH = optional(
  'If-None-Match',
  'The `ETag` of your copy. If it is current, the response is 304 without a body.',
  ROW_TAG,
);
const IDEMPOTENCY_KEY = optional(
  'Idempotency-Key',
  'Makes the request safe to retry: for 24 hours, the same key and body act once and get the first response.',
  'pipeline-4711-sbom',
);
const prefer = (what: string) =>
  optional('Prefer', `\`wait=N\` (RFC 7240): wait up to N seconds (0 to 60) until ${what}.`, 'wait=30');

/** The headers that each operation reads. */
export const HEADER_PARAMETERS: Readonly<Record<string, readonly HeaderParameter[]>> = {
  createRun: [IDEMPOTENCY_KEY],
  getRun: [IF_NONE_MATCH],
  updateRun: [
    optional(
      'If-Match',
      'The `ETag` of the run as you read it. If the run has changed since, the response is 412.',
      ROW_TAG,
    ),
  ],
  createArtifact: [IDEMPOTENCY_KEY],
  getArtifact: [IF_NONE_MATCH],
  putArtifactContent: [
    prefer('the content has been read; the default is 2 seconds'),
    optional(
      'Repr-Digest',
      'The SHA-256 or SHA-512 that the bytes must have (RFC 9530), or the response is 422.',
      DIGEST,
    ),
    optional('Content-Digest', 'The same as `Repr-Digest`, because content is always sent whole.', DIGEST),
    optional('If-Match', 'The `ETag` that the content must have (`*`: any), or the response is 412.', CONTENT_TAG),
    optional('If-None-Match', 'The `ETag` that the content must not have (`*`: any), or the response is 412.', '*'),
  ],
  getArtifactContent: [
    optional('Range', 'One part of the bytes (RFC 9110).', 'bytes=0-99'),
    optional(
      'If-Range',
      'The `ETag` that `Range` applies to. If the content has another, all bytes are sent.',
      CONTENT_TAG,
    ),
    optional(
      'If-None-Match',
      'The `ETag` of your copy. If it is current, the response is 304 without a body.',
      CONTENT_TAG,
    ),
  ],
  getEvidence: [prefer('the content has been read')],
  readEvidenceAgain: [prefer('the content has been read again; the default is 2 seconds')],
  checkReleaseGate: [prefer('no content of the run is still to be read or verified')],
  createDisclosurePack: [IDEMPOTENCY_KEY],
  getDisclosurePack: [IF_NONE_MATCH],
};

/** The headers of answers: their spelling and their meaning. */
export const RESPONSE_HEADERS: Readonly<Record<string, { name: string; description: string }>> = {
  'x-request-id': { name: 'X-Request-Id', description: 'The id of this request.' },
  location: { name: 'Location', description: 'The path of the created resource, or the URL of the bytes.' },
  etag: { name: 'ETag', description: 'The version of the resource, as a strong entity tag (RFC 9110).' },
  link: { name: 'Link', description: 'The next page (RFC 8288), if there is one.' },
  'retry-after': { name: 'Retry-After', description: 'Seconds to wait before the next attempt.' },
  'www-authenticate': {
    name: 'WWW-Authenticate',
    description: 'The kind of credential that is needed (RFC 6750), with `error` where one was sent.',
  },
  'accept-ranges': { name: 'Accept-Ranges', description: '`bytes`: `Range` is supported.' },
  'content-disposition': { name: 'Content-Disposition', description: 'A file name for the bytes (RFC 6266).' },
  'content-range': {
    name: 'Content-Range',
    description: 'Which bytes the response holds, and how many there are in total.',
  },
  'repr-digest': { name: 'Repr-Digest', description: 'The SHA-256 of all bytes (RFC 9530).' },
  'content-digest': {
    name: 'Content-Digest',
    description: 'The SHA-256 of the bytes (RFC 9530). The bytes are checked against it.',
  },
};

const LATER = { 'retry-after': '2' };
const nextPage = (path: string) => ({ link: `<${path}?cursor=MXgyIDAxOTlh>; rel="next"` });

/** Headers that only some answers carry, and the example does not. */
export const SOMETIMES: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, string>>>>>> = {
  listArtifacts: { 200: nextPage('/maestro/artifacts') },
  listDisclosurePacks: { 200: nextPage('/maestro/disclosure-packs') },
  listTokens: { 200: nextPage('/maestro/tokens') },
  checkReleaseGate: { 200: LATER, 409: LATER },
};
