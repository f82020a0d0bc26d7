import { describe, expect, it } from 'vitest';
import { parseS3Url } from '../../src/blobs/s3-url.ts';

describe('parseS3Url', () => {
  it('reads a bucket of Amazon, whose region the SDK finds', () => {
    expect(parseS3Url('s3://evidence')).toEqual({ kind: 's3', bucket: 'evidence', prefix: '', pathStyle: false });
  });

  it('reads a prefix, an endpoint and a region, and names the bucket in the path of an endpoint', () => {
    const url = 's3://my.bucket/a/b/?endpoint=http://127.0.0.1:9000/&region=eu-central-1';
    const endpoint = 'http://127.0.0.1:9000';
    const read = { kind: 's3', bucket: 'my.bucket', prefix: 'a/b/', endpoint, region: 'eu-central-1', pathStyle: true };
    expect(parseS3Url(url)).toEqual(read);
    expect(parseS3Url(`${url}&path_style=false`)).toEqual({ ...read, pathStyle: false });
    expect(parseS3Url('s3://my.bucket?endpoint=https://minio')).toMatchObject({ region: 'us-east-1', pathStyle: true });
    const plain = { kind: 's3', bucket: 'bucket', prefix: '', pathStyle: true };
    expect(parseS3Url('s3://bucket?endpoint=&region=&path_style=true')).toEqual(plain);
  });

  it('reads a bucket of Google as one at its S3-compatible endpoint', () => {
    const google = { endpoint: 'https://storage.googleapis.com', region: 'auto', pathStyle: true };
    expect(parseS3Url('gs://evidence/x')).toEqual({ kind: 'gs', bucket: 'evidence', prefix: 'x/', ...google });
  });

  it.each([
    ['', 'must begin with s3:// or gs://'],
    ['bucket/prefix', 'must begin with s3:// or gs://'],
    ['http://bucket', 'must begin with s3:// or gs://'],
    ['s3://', 'must name a bucket, as in s3://bucket/prefix'],
    ['gs:///prefix', 'must name a bucket, as in gs://bucket/prefix'],
    ['s3://UPPER', 'must name a bucket of 3 or more of the characters a-z 0-9 . _ -, without a port'],
    ['s3://bucket:9000', 'must name a bucket of 3 or more of the characters a-z 0-9 . _ -, without a port'],
    ['s3://key:secret@bucket', 'must hold no credentials: they come from AWS_ACCESS_KEY_ID and the like'],
    ['s3://bucket/a%00b', "must have a prefix of the characters A-Z a-z 0-9 / ! _ . * ' ( ) - alone"],
    ['s3://bucket/a#b', "must have a prefix of the characters A-Z a-z 0-9 / ! _ . * ' ( ) - alone"],
    ['s3://bucket?pathstyle=1', 'has the unknown parameter pathstyle; it may have endpoint, region, path_style'],
    ['gs://bucket?region=eu', 'has the unknown parameter region; it may have none'],
    ['s3://bucket?region=a&region=b', 'has the parameter region twice'],
    ['s3://bucket?path_style=yes', 'must have a path_style of true or false'],
    ['s3://bucket?endpoint=127.0.0.1:9000', 'must have an endpoint such as https://storage.example.com:9000'],
    ['s3://bucket?endpoint=ftp://host', 'must have an endpoint such as https://storage.example.com:9000'],
  ])('refuses %j', (url, message) => {
    expect(() => parseS3Url(url)).toThrow(new Error(message));
  });
});
