import { expect, it } from 'vitest';
import { CONTENT_SETTINGS } from '../../src/blobs/settings.ts';

const { BLOB_URL } = CONTENT_SETTINGS;

it('BLOB_URL is a folder or a bucket', () => {
  expect(BLOB_URL.parse('file:./blobs')).toEqual({ kind: 'file', folder: './blobs' });
  expect(BLOB_URL.parse('s3://bucket/a')).toMatchObject({ kind: 's3', bucket: 'bucket', prefix: 'a/' });
  expect(BLOB_URL.parse('gs://bucket')).toMatchObject({ kind: 'gs', bucket: 'bucket', prefix: '' });
  expect(BLOB_URL.parse(undefined)).toBeUndefined();
});

it.each([
  ['http://bucket', 'must be file: and a folder, or begin with s3:// or gs://'],
  ['file:', 'must be file: and a folder, or begin with s3:// or gs://'],
  ['s3://bucket?regoin=x', 'has the unknown parameter regoin; it may have endpoint, region, path_style'],
  ['s3://key:secret@bucket', 'must hold no credentials: they come from AWS_ACCESS_KEY_ID and the like'],
])('BLOB_URL is not %j, and why is said once', (url, message) => {
  expect(BLOB_URL.safeParse(url).error?.issues).toMatchObject([{ message }]);
});
