// Clients that send a body and tell what they read: each gives the status and the code of the problem, or why it failed.
import axios from 'axios';
import got from 'got';
import { request as undiciRequest } from 'undici';
import { run } from '../walk-through.ts';

export type Sending = {
  method: 'POST' | 'PUT';
  url: string;
  headers: Record<string, string>;
  /** The body, and a file of the same bytes. */
  body: Buffer;
  file: string;
};

/** Sends so many requests, one after the other. */
export type Client = (sending: Sending, times: number) => Promise<string[]>;

const read = (status: number, text: string) => {
  const [, code = 'no problem'] = /"urn:maestro:problem:(\w+)"/.exec(text) ?? [];
  return `${status} ${code}`;
};

/** One after the other over the connections that the client keeps. */
function repeated(send: (sending: Sending) => Promise<string>): Client {
  return async (sending, times) => {
    const answers: string[] = [];
    for (let count = 0; count < times; count += 1) {
      answers.push(await send(sending).catch((error) => `${error.code ?? ''} ${error.message}`));
    }
    return answers;
  };
}

const undici = repeated(async ({ method, url, headers, body }) => {
  const answer = await undiciRequest(url, { method, headers, body });
  return read(answer.statusCode, await answer.body.text());
});

const axiosOf = repeated(async ({ method, url, headers, body }) => {
  const limits = { maxBodyLength: Number.POSITIVE_INFINITY, proxy: false as const };
  const settings = { validateStatus: () => true, responseType: 'text' as const, ...limits };
  const answer = await axios.request<string>({ method, url, headers, data: body, ...settings });
  return read(answer.status, answer.data);
});

const gotOf = repeated(async ({ method, url, headers, body }) => {
  const answer = await got(url, { method, headers, body, throwHttpErrors: false, retry: { limit: 0 } });
  return read(answer.statusCode, answer.body);
});

const QUIET = ['-sS', '--noproxy', '*', '-w', '%{stderr}%{http_code}'];

const curl = repeated(async ({ method, url, headers, file }) => {
  const named = Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
  const { code, stdout, stderr } = await run('curl', [...QUIET, ...named, '-X', method, '-T', file, url]);
  return code === 0 ? read(Number(stderr), stdout) : `curl ended with ${code}: ${stderr}`;
});

// It sends all of a body before it reads, over a new connection each time.
const PYTHON = `
import http.client, json, sys
from urllib.parse import urlsplit
method, url, headers, file, times = sys.argv[1:]
parts, body = urlsplit(url), open(file, 'rb').read()
for _ in range(int(times)):
    try:
        connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=60)
        connection.request(method, parts.path, body, json.loads(headers))
        answer = connection.getresponse()
        print(json.dumps([answer.status, answer.read().decode()]))
        connection.close()
    except Exception as error:
        print(json.dumps([0, repr(error)]))
`;

const python: Client = async ({ method, url, headers, file }, times) => {
  const args = ['-c', PYTHON, method, url, JSON.stringify(headers), file, String(times)];
  const { stdout, stderr } = await run('python3', args);
  const answers = stdout.split('\n').filter((line) => line !== '');
  if (answers.length !== times) return [`python3 printed ${answers.length} lines: ${stderr}`];
  return answers.map((line) => {
    const [status, text] = JSON.parse(line) as [number, string];
    return status === 0 ? text : read(status, text);
  });
};

export const CLIENTS: Record<string, Client> = { curl, undici, axios: axiosOf, got: gotOf, python };
