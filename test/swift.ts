// An S3 server for the tests: the S3 API of OpenStack Swift, from Debian's packages, on ports and in a folder of its own.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './postgres.ts';

export type SwiftServer = {
  /** The endpoint of its S3 API, in the region us-east-1. */
  url: string;
  accessKeyId: string;
  secretAccessKey: string;
  /** Puts its keys, or others, where the AWS SDK looks for them. */
  useKeys(others?: Partial<typeof KEYS>): void;
  /** By Swift's own API: a bucket, which holds `maxBytes` at most. */
  makeBucket(name: string, maxBytes?: number): Promise<void>;
  /** By Swift's own API: empty objects. */
  putObjects(bucket: string, names: readonly string[]): Promise<void>;
  /** By Swift's own API: the names of objects. */
  objectsOf(bucket: string): Promise<string[]>;
  stop(): Promise<void>;
};

const MEMCACHED = '/usr/bin/memcached';
const SERVICES = ['account', 'container', 'object', 'proxy'] as const;
type Service = (typeof SERVICES)[number];

const programOf = (service: Service) => `/usr/bin/swift-${service}-server`;

export function swiftIsInstalled(): boolean {
  return [MEMCACHED, ...SERVICES.map(programOf)].every((path) => existsSync(path));
}

/** A new server without a bucket, all of whose parts answer when this resolves. */
export async function startSwift(): Promise<SwiftServer> {
  // The packages make the user; who is not root cannot become it.
  const user = process.getuid?.() === 0 ? 'swift' : userInfo().username;
  const folder = mkdtempSync(join(tmpdir(), 'maestro-swift-'));
  const ports = {
    ...{ account: await freePort(), container: await freePort(), object: await freePort() },
    ...{ proxy: await freePort(), cache: await freePort() },
  };
  fill(folder, user, ports);
  const children = [
    spawn(MEMCACHED, ['-l', '127.0.0.1', '-p', String(ports.cache), '-u', user], { stdio: 'ignore' }),
    ...SERVICES.map((service) => spawn(programOf(service), [join(folder, `${service}.conf`)], { stdio: 'ignore' })),
  ];
  const stop = async () => {
    await Promise.all(children.map(ended));
    rmSync(folder, { recursive: true, force: true });
  };
  await Promise.all(Object.values(ports).map(untilItListens)).catch(async (error) => {
    await stop();
    throw error;
  });
  const url = `http://127.0.0.1:${ports.proxy}`;
  return { url, ...KEYS, useKeys, ...(await ownApi(url)), stop };
}

const KEYS = { accessKeyId: 'test:tester', secretAccessKey: 'testing' };

const SWIFT_CONF = `[swift-hash]
swift_hash_path_suffix = maestro
[storage-policy:0]
name = one
default = yes
`;

const PIPELINE: Record<Service, string> = {
  account: 'account-server',
  container: 'container-server',
  object: 'object-server',
  proxy: 'catch_errors gatekeeper cache bulk s3api tempauth copy container-quotas slo dlo proxy-server',
};

function fill(folder: string, user: string, ports: Record<Service | 'cache', number>): void {
  mkdirSync(join(folder, 'devices', 'd1'), { recursive: true });
  writeFileSync(join(folder, 'swift.conf'), SWIFT_CONF);
  for (const service of SERVICES) {
    writeFileSync(join(folder, `${service}.conf`), confOf(service, folder, user, ports[service], ports.cache));
  }
  // Debian's, which finds Debian's packages.
  execFileSync('/usr/bin/python3', ['-c', RINGS, folder, JSON.stringify(ports)], { stdio: 'pipe' });
  execFileSync('chown', ['-R', user, folder]);
}

function confOf(service: Service, folder: string, user: string, port: number, cache: number): string {
  const filters = ['catch_errors', 'gatekeeper', 'bulk', 'copy', 'container-quotas', 'slo', 'dlo'];
  const proxy = [
    'account_autocreate = true',
    ...['[filter:cache]', 'use = egg:swift#memcache', `memcache_servers = 127.0.0.1:${cache}`],
    ...['[filter:tempauth]', 'use = egg:swift#tempauth', `user_test_tester = ${KEYS.secretAccessKey} .admin`],
    // Lists of several pages without as many objects.
    ...['[filter:s3api]', 'use = egg:swift#s3api', 'max_bucket_listing = 100'],
    ...filters.flatMap((name) => [`[filter:${name}]`, `use = egg:swift#${name.replace('-', '_')}`]),
  ];
  return [
    ...['[DEFAULT]', 'bind_ip = 127.0.0.1', `bind_port = ${port}`, `user = ${user}`, 'workers = 0'],
    // Folders take the place of disks of their own.
    ...[`swift_dir = ${folder}`, `devices = ${join(folder, 'devices')}`, 'mount_check = false'],
    ...['[pipeline:main]', `pipeline = ${PIPELINE[service]}`],
    ...[`[app:${service}-server]`, `use = egg:swift#${service}`],
    ...(service === 'proxy' ? proxy : []),
    '',
  ].join('\n');
}

// One device and one replica of everything.
const RINGS = `
import json, sys
from os.path import join
from swift.common.ring import RingBuilder
folder, ports = sys.argv[1], json.loads(sys.argv[2])
for service in ('account', 'container', 'object'):
    builder = RingBuilder(1, 1, 0)
    builder.add_dev({'region': 1, 'zone': 1, 'weight': 1, 'ip': '127.0.0.1', 'port': ports[service], 'device': 'd1'})
    builder.rebalance()
    builder.get_ring().save(join(folder, service + '.ring.gz'))
`;

function useKeys(others: Partial<typeof KEYS> = {}): void {
  const { accessKeyId, secretAccessKey } = { ...KEYS, ...others };
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey });
}

async function ownApi(url: string): Promise<Pick<SwiftServer, 'makeBucket' | 'putObjects' | 'objectsOf'>> {
  const asUser = { 'x-auth-user': KEYS.accessKeyId, 'x-auth-key': KEYS.secretAccessKey };
  const token = (await fetch(`${url}/auth/v1.0`, { headers: asUser })).headers.get('x-auth-token') ?? '';
  const call = async (method: string, path: string, headers = {}) => {
    const answer = await fetch(`${url}/v1/AUTH_test/${path}`, {
      method,
      headers: { 'x-auth-token': token, ...headers },
    });
    if (!answer.ok) throw new Error(`${method} ${path} gave ${answer.status}`);
    return answer.text();
  };
  return {
    async makeBucket(name, maxBytes) {
      await call('PUT', name, maxBytes === undefined ? {} : { 'x-container-meta-quota-bytes': String(maxBytes) });
    },
    async putObjects(bucket, names) {
      for (const name of names) await call('PUT', `${bucket}/${name}`);
    },
    objectsOf: async (bucket) => (await call('GET', bucket)).split('\n').filter((name) => name !== ''),
  };
}

async function ended(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

const ATTEMPTS = 600;

async function untilItListens(port: number): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    const socket = connect(port, '127.0.0.1');
    try {
      await once(socket, 'connect');
      return;
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
      await sleep(50);
    } finally {
      socket.destroy();
    }
  }
}
