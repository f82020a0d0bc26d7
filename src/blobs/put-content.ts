// Receives the content of an artifact: keeps the bytes, writes the row, and waits until they were
// read.
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Artifact } from '../domain/artifact/artifact.ts';
import { declaredDigests } from '../domain/artifact/content-hash.ts';
import { type ReceivedContent, storeContent } from '../domain/artifact/store-content.ts';
import { invalid, MaestroError } from '../domain/errors.ts';
import type { Stamp } from '../domain/event/event.ts';
import { isPending } from '../domain/evidence/pending.ts';
import { isEncoded } from '../http/request-headers.ts';
import { type Readiness, type Stop, unlessOver } from '../http/stopping.ts';
import { preferredWait, settled } from '../http/waiting.ts';
import type { CoreStores } from '../store/store.ts';
import { dataDetector } from './empty-content.ts';
import { contentCondition, digestsSent, headerError, mediaTypeOf, requireSent } from './headers.ts';
import { type ReceiveLimits, receive, tooLarge } from './receive.ts';
import { unavailable } from './refusals.ts';
import type { BlobStore, Incoming } from './store.ts';

export type PutContent = {
  /** The stores of the request's tenant. */
  storesFor(request: FastifyRequest): Pick<CoreStores, 'artifacts'>;
  /** The stamp of an event that the request causes. */
  stampOf(request: FastifyRequest): Stamp;
  /**
   * Throws `owner_not_granted` where the caller may not write to the run of the artifact. The store
   * refuses that too, but only once all bytes have arrived.
   */
  requireWritable(request: FastifyRequest, artifact: Readonly<Artifact>): Promise<void>;
  blobs: {
    /** The blob store of the request's tenant. Throws `content_store_not_configured`. */
    storeFor(request: FastifyRequest): BlobStore;
    limits: Omit<ReceiveLimits, 'stop'>;
  };
  evidence: {
    /**
     * Called when something of the tenant waits to be read. Missed wake-ups are caught by the next
     * poll.
     */
    wake(request: FastifyRequest): void;
  };
  /**
   * Resolves when something of the run was written in this process, at the latest after some hundred
   * milliseconds or `ms`, whichever is less.
   */
  nextChange(request: FastifyRequest, runId: string, ms: number): Promise<void>;
  /** Whether the process accepts work now. */
  readiness(): Readiness;
  stop: Stop;
};

// Most documents are read in less time.
const DEFAULT_WAIT_SECONDS = 2;

/**
 * Stores the body of `request` as the content of the artifact `id`, and returns the row afterwards.
 */
export async function putContent(deps: PutContent, id: string, request: FastifyRequest, reply: FastifyReply) {
  const { artifacts } = deps.storesFor(request);
  const blobs = deps.blobs.storeFor(request);
  const artifact = await artifacts.get(id);
  await deps.requireWritable(request, artifact);
  const upload = uploadOf(request, deps.blobs.limits.maxBytes);
  const incoming = await blobs.receive(upload.length);
  const { socket } = request.raw;
  const idleMs = socket.timeout ?? 0;
  // The socket may be idle for as long as a place takes to keep the bytes; receiving them has its
  // own limit. Injected requests have no time-out to change.
  socket.setTimeout?.(0);
  try {
    const received = await receiveContent(deps, request, artifact, incoming, upload);
    const { row, stored } = await storeReceived(deps, request, artifact.id, { blobs, incoming, received, upload });
    if (stored) deps.evidence.wake(request);
    reply.code(stored ? 201 : 200);
    if (!isPending(row)) return row;
    const nextChange = (ms: number) => deps.nextChange(request, artifact.run_id, ms);
    const waiting = { nextChange, readiness: deps.readiness };
    // Awaited here: while `finally` waits for the disk, a rejection would be unhandled, which ends
    // the process.
    return await settled(waiting, request, upload.wait, () => artifacts.get(artifact.id), isPending);
  } finally {
    socket.setTimeout?.(idleMs);
    await incoming.discard();
  }
}

type Upload = {
  /** Seconds that the answer waits until the content was read. */
  wait: number;
  media_type: string;
  /** The digests in the headers. */
  sent: ReturnType<typeof digestsSent>;
  /** Throws if a condition of the request does not allow the change of a row with this content. */
  check: ReturnType<typeof contentCondition>;
  /** The length in the headers; 0 where there is none. */
  length: number;
};

/** What the headers say of the upload. Throws if it cannot be accepted. */
function uploadOf(request: FastifyRequest, maxBytes: number): Upload {
  const { headers } = request;
  requireWhole(request);
  const wait = preferredWait(headers) ?? DEFAULT_WAIT_SECONDS;
  const media_type = mediaTypeOf(headers);
  const sent = digestsSent(headers);
  const check = contentCondition(headers);
  const length = Number(headers['content-length'] ?? 0);
  if (length > maxBytes) throw tooLarge(maxBytes);
  return { wait, media_type, sent, check, length };
}

async function receiveContent(
  deps: PutContent,
  { raw }: FastifyRequest,
  artifact: Readonly<Artifact>,
  incoming: Incoming,
  { media_type, sent }: Upload,
): Promise<ReceivedContent> {
  const with384 = declaredDigests(artifact).some(({ algorithm }) => algorithm === 'sha384');
  const detector = dataDetector();
  const hashed = await receive(raw, watched(incoming, detector), { ...deps.blobs.limits, stop: deps.stop }, with384);
  requireSent([...sent, ...digestsSent(raw.trailers ?? {})], hashed.digests);
  return { ...hashed, media_type, holds_no_data: detector.holdsNoData() };
}

function watched(incoming: Incoming, detector: ReturnType<typeof dataDetector>): Incoming {
  const write = (chunk: Uint8Array) => {
    detector.add(chunk);
    return incoming.write(chunk);
  };
  return { ...incoming, write };
}

type Received = { blobs: BlobStore; incoming: Incoming; received: ReceivedContent; upload: Upload };

/** Keeps the bytes, then writes the row. `stored` is false if the row already had this content. */
async function storeReceived(deps: PutContent, request: FastifyRequest, id: string, all: Received) {
  const { blobs, incoming, received, upload } = all;
  const { artifacts } = deps.storesFor(request);
  const stamp = deps.stampOf(request);
  const change = (row: Readonly<Artifact>) => {
    upload.check(row.content);
    return storeContent(row, received, stamp);
  };
  // Checked before the bytes are kept.
  change(await artifacts.get(id));
  await unlessOver(deps.stop, incoming.keep(received.digests.sha256));
  await requireThere(blobs, incoming, received);
  let stored = false;
  const row = await artifacts.update(id, (current) => {
    const changed = change(current);
    stored = changed !== null;
    return changed;
  });
  await requireThere(blobs, incoming, received);
  return { row, stored };
}

/**
 * Keeps the blob again if it is missing or incomplete: a sweep that looked for rows before this one
 * was written may have removed it, or the place may have lost it. Throws
 * `content_store_unavailable` if that does not help.
 */
async function requireThere(blobs: BlobStore, incoming: Incoming, { digests, size }: ReceivedContent): Promise<void> {
  if ((await blobs.size(digests.sha256)) === size) return;
  await incoming.keep(digests.sha256);
  const found = await blobs.size(digests.sha256);
  if (found !== size)
    throw unavailable(new Error(`${digests.sha256} has ${found} bytes after it was kept, not ${size}`));
}

function requireWhole({ headers }: FastifyRequest): void {
  if (isEncoded(headers['content-encoding'])) {
    const error = headerError('content-encoding', 'is not supported; send the bytes unencoded');
    throw new MaestroError('unsupported_media_type', 'Content is stored as it is sent, so it must not be encoded', [
      error,
    ]);
  }
  const coding = headers['transfer-encoding'];
  if (coding !== undefined && !/^chunked$/i.test(coding)) {
    const error = headerError('transfer-encoding', 'must be chunked and nothing else');
    throw new MaestroError('unsupported_media_type', 'Content is stored as it is sent, so it must not be encoded', [
      error,
    ]);
  }
  if (coding === undefined && headers['content-length'] === undefined) {
    throw invalid([
      headerError('content-length', 'is required, or transfer-encoding: chunked; send 0 for empty content'),
    ]);
  }
  if (headers['content-range'] !== undefined) {
    const error = headerError('content-range', 'is not supported; send all bytes');
    throw new MaestroError('validation_failed', 'Content must be sent whole', [error]);
  }
}
