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
  'The `ETag` that you have: 304 without a body if it still holds.',
  ROW_TAG,
);
const IDEMPOTENCY_KEY = optional(
  'Idempotency-Key',
  'Makes the request safe to send again: for 24 hours the same key and body get the first answer and act once.',
  'pipeline-4711-sbom',
);
const prefer = (what: string) =>
  optional('Prefer', `\`wait=N\` (RFC 7240) waits up to N seconds, 0 to 60, until ${what}.`, 'wait=30');

/** The headers that each operation reads. */
export const HEADER_PARAMETERS: Readonly<Record<string, readonly HeaderParameter[]>> = {
  createRun: [IDEMPOTENCY_KEY],
  getRun: [IF_NONE_MATCH],
  updateRun: [optional('If-Match', 'The `ETag` that you read: 412 if it no longer holds.', ROW_TAG)],
  createArtifact: [IDEMPOTENCY_KEY],
  getArtifact: [IF_NONE_MATCH],
  putArtifactContent: [
    prefer('the content was read; 2 seconds without it'),
    optional('Repr-Digest', 'What the bytes must be (RFC 9530), in SHA-256 or SHA-512: else 422.', DIGEST),
    optional('Content-Digest', 'The same as `Repr-Digest`, as content is sent whole.', DIGEST),
    optional('If-Match', 'The `ETag` that the content must have, `*` for any: else 412.', CONTENT_TAG),
    optional('If-None-Match', 'The `ETag` that the content must not have, `*` for any: else 412.', '*'),
  ],
  getArtifactContent: [
    optional('Range', 'One part of the bytes (RFC 9110).', 'bytes=0-99'),
    optional('If-Range', 'The `ETag` of the bytes that `Range` is meant for: all bytes if it is another.', CONTENT_TAG),
    optional('If-None-Match', 'The `ETag` that you have: 304 without a body if it still holds.', CONTENT_TAG),
  ],
  getEvidence: [prefer('the content was read')],
  readEvidenceAgain: [prefer('the content was read again; 2 seconds without it')],
  checkReleaseGate: [prefer('nothing of the run waits to be read or verified')],
  createDisclosurePack: [IDEMPOTENCY_KEY],
  getDisclosurePack: [IF_NONE_MATCH],
};

/** The headers of answers: their spelling and their meaning. */
export const RESPONSE_HEADERS: Readonly<Record<string, { name: string; description: string }>> = {
  'x-request-id': { name: 'X-Request-Id', description: 'The id of this request.' },
  location: { name: 'Location', description: 'Where it is: the path of what was created, or the URL of the bytes.' },
  etag: { name: 'ETag', description: 'The version of what is answered (RFC 9110), strong.' },
  link: { name: 'Link', description: 'The next page (RFC 8288), if there is one.' },
  'retry-after': { name: 'Retry-After', description: 'Seconds to wait before the next try.' },
  'accept-ranges': { name: 'Accept-Ranges', description: '`bytes`: `Range` is taken.' },
  'content-disposition': { name: 'Content-Disposition', description: 'A file name for the bytes (RFC 6266).' },
  'content-range': { name: 'Content-Range', description: 'Which part it is, of how many bytes.' },
  'repr-digest': { name: 'Repr-Digest', description: 'The SHA-256 of all bytes (RFC 9530).' },
  'content-digest': {
    name: 'Content-Digest',
    description: 'The SHA-256 of the bytes (RFC 9530), which are checked against it.',
  },
};

const LATER = { 'retry-after': '2' };
const nextPage = (path: string) => ({ link: `<${path}?cursor=MXgyIDAxOTlh>; rel="next"` });

/** Headers that only some answers carry, and the example does not. */
export const SOMETIMES: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, string>>>>>> = {
  listArtifacts: { 200: nextPage('/maestro/artifacts') },
  listDisclosurePacks: { 200: nextPage('/maestro/disclosure-packs') },
  checkReleaseGate: { 200: LATER, 409: LATER },
};
