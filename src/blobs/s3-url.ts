/** A bucket and how it is reached. */
export type S3Place = {
  readonly kind: 's3' | 'gs';
  readonly bucket: string;
  /** The beginning of every key: empty, or with `/` at its end. */
  readonly prefix: string;
  readonly endpoint?: string;
  readonly region?: string;
  readonly pathStyle: boolean;
};

const BUCKET = /^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$/;
const PREFIX = /^[A-Za-z0-9!_.*'()/-]*$/;
const PARAMETERS = ['endpoint', 'region', 'path_style'];

// Google's S3-compatible API signs with HMAC keys for any region, and has this address only.
const GOOGLE = { endpoint: 'https://storage.googleapis.com', region: 'auto' };

/**
 * Reads `s3://bucket/prefix?endpoint=&region=&path_style=`, or `gs://bucket/prefix` for Google.
 * Throws an error that says what is wrong with it and repeats no part that could be a secret.
 */
export function parseS3Url(text: string): S3Place {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url?.protocol !== 's3:' && url?.protocol !== 'gs:') throw new Error('must begin with s3:// or gs://');
  const kind = url.protocol === 's3:' ? 's3' : 'gs';
  if (url.username !== '' || url.password !== '') {
    throw new Error('must hold no credentials: they come from AWS_ACCESS_KEY_ID and the like');
  }
  if (url.hostname === '') throw new Error(`must name a bucket, as in ${kind}://bucket/prefix`);
  if (!BUCKET.test(url.hostname) || url.port !== '') {
    throw new Error('must name a bucket of 3 or more of the characters a-z 0-9 . _ -, without a port');
  }
  const path = url.pathname.replaceAll(/^\/+|\/+$/g, '');
  if (!PREFIX.test(path) || url.hash !== '') {
    throw new Error("must have a prefix of the characters A-Z a-z 0-9 / ! _ . * ' ( ) - alone");
  }
  const given = parametersOf(url.searchParams, kind === 's3' ? PARAMETERS : []);
  const endpoint = kind === 'gs' ? GOOGLE.endpoint : endpointOf(given.get('endpoint'));
  // Self-hosted servers have this region unless they are configured otherwise; the SDK knows those
  // of Amazon.
  const region = kind === 'gs' ? GOOGLE.region : (given.get('region') ?? (endpoint && 'us-east-1'));
  return {
    ...{ kind, bucket: url.hostname, prefix: path === '' ? '' : `${path}/` },
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(region === undefined ? {} : { region }),
    // Self-hosted servers rarely have bucket names in DNS.
    pathStyle: flagOf(given.get('path_style')) ?? endpoint !== undefined,
  };
}

function parametersOf(search: URLSearchParams, known: readonly string[]): Map<string, string> {
  const names = [...search.keys()];
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new Error(`has the unknown parameter ${unknown}; it may have ${known.join(', ') || 'none'}`);
  }
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw new Error(`has the parameter ${twice} twice`);
  // An empty parameter counts as unset, as an empty variable does.
  return new Map([...search].filter(([, value]) => value !== ''));
}

function endpointOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const url = URL.canParse(text) ? new URL(text) : null;
  const isHttp = url?.protocol === 'https:' || url?.protocol === 'http:';
  if (!isHttp || url.username !== '' || url.search !== '' || url.hash !== '') {
    throw new Error('must have an endpoint such as https://storage.example.com:9000');
  }
  return url.href.replace(/\/$/, '');
}

function flagOf(word: string | undefined): boolean | undefined {
  if (word === undefined) return undefined;
  if (word !== 'true' && word !== 'false') throw new Error('must have a path_style of true or false');
  return word === 'true';
}
