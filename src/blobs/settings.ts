// The settings of content: its place, its limits, and how fast it must arrive.
import { z } from 'zod';
import { flag, whole } from '../domain/setting.ts';
import { parseS3Url, type S3Place } from './s3-url.ts';

/** A folder or a bucket. */
export type BlobPlace = { readonly kind: 'file'; readonly folder: string } | S3Place;

const FILE = 'file:';

function placeOf(url: string, context: z.RefinementCtx): BlobPlace {
  if (url.startsWith(FILE)) return { kind: 'file', folder: url.slice(FILE.length) };
  try {
    return parseS3Url(url);
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message });
    return z.NEVER;
  }
}

export const CONTENT_SETTINGS = {
  BLOB_URL: z
    .string()
    .regex(/^(file:|s3:\/\/|gs:\/\/)./, 'must be file: and a folder, or begin with s3:// or gs://')
    .transform(placeOf)
    .optional()
    .describe(
      'Where content is stored: a folder, or a bucket of S3 or Google Cloud Storage; unset: in memory with the ' +
        'memory store, beside the database with `embedded:`',
    ),
  CONTENT_LIMIT: whole(1, 5 * 1024 ** 3, 512 * 1024 * 1024).describe(
    'Maximum size of the content of an artifact, in bytes',
  ),
  CONTENT_MIN_FREE_BYTES: whole(0, 1024 ** 4, 1024 ** 3).describe(
    'Bytes that stay free on the disk; content that would leave less is refused. Applies to a folder, not to a bucket',
  ),
  CONTENT_IDLE_TIMEOUT_MS: whole(100, 600_000, 30_000).describe('Longest pause while content arrives'),
  CONTENT_TIMEOUT_MS: whole(100, 86_400_000, 3_600_000).describe('Time limit for all content of an artifact to arrive'),
  CONTENT_REDIRECT: flag('false').describe(
    'Redirect downloads of content to the bucket, by links that are valid for minutes',
  ),
};
