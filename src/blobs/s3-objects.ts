// What blobs need of the S3 API, over the AWS SDK, which nothing else imports.
import type { FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  S3Client,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { S3Place } from './s3-url.ts';
import type { ByteRange } from './store.ts';

export type S3Objects = ReturnType<typeof s3Objects>;

/**
 * The objects of a bucket, with the SDK's errors as they are. For a probe, what is written is
 * short, and nothing is tried twice.
 */
export function s3Objects(place: S3Place, answerMs: number, isProbe = false) {
  const Bucket = place.bucket;
  const client = isProbe ? clientOf(place, 1, answerMs) : clientOf(place, 3);
  // A deletion that is retried could come after the same bytes were kept again.
  const onceOnly = clientOf(place, 1);
  const quick = { requestTimeout: answerMs };
  return {
    ...writing(client, place),
    ...reading(client, Bucket, quick),
    // Google reports an object that is not there, Amazon does not.
    delete: (Key: string) => orNull(onceOnly.send(new DeleteObjectCommand({ Bucket, Key }), quick)),
    close() {
      client.destroy();
      onceOnly.destroy();
    },
  };
}

function writing(client: S3Client, { bucket: Bucket, kind }: S3Place) {
  // Google supports conditional requests of this kind for reads only.
  let takesConditions = kind === 's3';

  /** Returns false if `isNew` and an object is there already, which only some servers can tell. */
  async function put(Key: string, file: FileHandle, size: number, isNew: boolean): Promise<boolean> {
    const condition = isNew && takesConditions ? { IfNoneMatch: '*' } : {};
    const Body = Readable.from(bytesOf(file, size));
    const params = { Bucket, Key, Body, ContentLength: size, ContentType: BYTES, ...condition };
    const partSize = Math.max(PART_BYTES, Math.ceil(size / MAX_PARTS));
    try {
      await new Upload({ client, params, partSize, queueSize: 2 }).done();
      return true;
    } catch (error) {
      if (!('IfNoneMatch' in condition)) throw error;
      if (LIES_THERE.includes(statusOf(error))) return false;
      if (statusOf(error) !== NOT_IMPLEMENTED) throw error;
      takesConditions = false;
      return put(Key, file, size, isNew);
    }
  }

  /** Writes a short text unless an object is there already, which only some servers can tell. */
  async function create(Key: string, Body: string): Promise<void> {
    const condition = takesConditions ? { IfNoneMatch: '*' } : {};
    try {
      await client.send(new PutObjectCommand({ Bucket, Key, Body, ContentType: 'text/plain', ...condition }));
    } catch (error) {
      if (!('IfNoneMatch' in condition)) throw error;
      if (LIES_THERE.includes(statusOf(error))) return;
      if (statusOf(error) !== NOT_IMPLEMENTED) throw error;
      takesConditions = false;
      await create(Key, Body);
    }
  }

  return { put, create };
}

function reading(client: S3Client, Bucket: string, quick: { requestTimeout: number }) {
  return {
    async head(Key: string) {
      const found = await orNull(client.send(new HeadObjectCommand({ Bucket, Key }), quick));
      return found && { size: found.ContentLength ?? 0, keptAt: latest(found.LastModified) };
    },
    async get(Key: string, range?: ByteRange): Promise<Readable | null> {
      const part = range === undefined ? {} : { Range: `bytes=${range.start}-${range.end}` };
      const found = await orNull(client.send(new GetObjectCommand({ Bucket, Key, ...part }), quick));
      const body = found && (found.Body as Readable);
      if (found === null || range === undefined) return body;
      if (found.ContentRange?.startsWith(`bytes ${range.start}-${range.end}/`) === true) return body;
      body?.destroy();
      throw new Error(`the bucket gave ${found.ContentRange} of ${Key}, not bytes ${range.start}-${range.end}`);
    },
    link(Key: string, { disposition, mediaType }: { disposition: string; mediaType: string }): Promise<string> {
      const names = { ResponseContentDisposition: disposition, ResponseContentType: mediaType };
      return getSignedUrl(client, new GetObjectCommand({ Bucket, Key, ...names }), { expiresIn: LINK_SECONDS });
    },
    async *list(Prefix: string) {
      for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket, Prefix }, quick)) {
        for (const { Key = '', LastModified } of Contents) yield { key: Key, keptAt: latest(LastModified) };
      }
    },
  };
}

const BYTES = 'application/octet-stream';
const LINK_SECONDS = 5 * 60;
const PART_BYTES = 8 * 1024 * 1024;
// Parts of one upload; Amazon allows more than Swift.
const MAX_PARTS = 1_000;
// The second one means that another upload of the object is under way.
const LIES_THERE = [412, 409];
const NOT_IMPLEMENTED = 501;

/**
 * The latest moment that a time of S3, in whole seconds, can stand for; an object without a time is
 * never old.
 */
const latest = (time: Date | undefined) => new Date((time?.getTime() ?? Number.POSITIVE_INFINITY) + 999);

function clientOf({ endpoint, region, pathStyle }: S3Place, maxAttempts: number, requestTimeout = 60_000): S3Client {
  return new S3Client({
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(region === undefined ? {} : { region }),
    forcePathStyle: pathStyle,
    maxAttempts,
    // Other servers than Amazon's refuse its checksums; each part is still signed with its SHA-256.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: {
      connectionTimeout: 5_000,
      requestTimeout,
      throwOnRequestTimeout: true,
      socketTimeout: 60_000,
      // Each download holds one socket.
      ...{ httpAgent: { maxSockets: 256 }, httpsAgent: { maxSockets: 256 } },
    },
  });
}

const READ_BYTES = 1024 * 1024;

async function* bytesOf(file: FileHandle, size: number): AsyncIterable<Buffer> {
  for (let at = 0; at < size; ) {
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(READ_BYTES), 0, READ_BYTES, at);
    if (bytesRead === 0) throw new Error(`only ${at} of ${size} bytes are on disk`);
    at += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

/** The result of a request for one object; null if the object is not there. */
async function orNull<Output>(answer: Promise<Output>, gone = ['NoSuchKey', 'NotFound']): Promise<Output | null> {
  return answer.catch((error) => {
    if (statusOf(error) === 404 && gone.includes(codeOf(error))) return null;
    throw error;
  });
}

export function statusOf(error: unknown): number {
  return (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode ?? 0;
}

/** The code of an error of S3 or of the system. */
export function codeOf(error: unknown): string {
  const { code, name } = error as { code?: unknown; name?: unknown };
  return String(code ?? name);
}

/**
 * An error in words: an error of the SDK contains the whole exchange, which must not be in a log.
 */
export function plain(error: unknown): Error {
  const status = statusOf(error);
  return new Error(`${codeOf(error)}${status === 0 ? '' : ` (HTTP status ${status})`}: ${(error as Error).message}`);
}
