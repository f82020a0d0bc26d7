// The versions of Maestro, of its readers and of its verifier.
import { existsSync, readFileSync } from 'node:fs';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { READER } from '../domain/evidence/reader.ts';
import { VERIFIER } from '../domain/evidence/verifier.ts';
import { answers, openRefusals } from '../http/responses.ts';

/** The version in package.json, which lies in a folder above this file, compiled or not. */
export const VERSION: string = readVersion(new URL('../../package.json', import.meta.url));

function readVersion(file: URL): string {
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')).version;
  const above = new URL('../package.json', file);
  if (above.href === file.href) throw new Error('package.json is missing: it belongs beside dist');
  return readVersion(above);
}

export type VersionRoutes = {
  /** The version of Node.js, such as `24.11.1`. */
  nodeVersion: string;
};

const Version = z
  .object({
    service: z.literal('maestro').meta({ description: 'The name of the service.', examples: ['maestro'] }),
    version: z.string().meta({ description: 'The version of Maestro and of its API.', examples: [VERSION] }),
    node: z.string().meta({ description: 'The version of Node.js that runs it.', examples: ['24.11.1'] }),
    reader: z.string().meta({
      description: 'The version of the evidence readers. When it increases, evidence is read again.',
      examples: [READER],
    }),
    verifier: z.string().meta({
      description: 'The version of the evidence verifier. When it increases, evidence is verified again.',
      examples: [VERIFIER],
    }),
  })
  .meta({ id: 'Version', description: 'The versions of Maestro and its parts.' });

export const version =
  (deps: VersionRoutes): FastifyPluginAsyncZod =>
  async (app) => {
    app.get(
      '/version',
      {
        config: { permission: 'none' },
        schema: {
          operationId: 'getVersion',
          summary: 'Which version is this?',
          description: 'When `reader` or `verifier` increases, evidence is read or verified again in the background.',
          tags: ['Health'],
          response: { ...answers(200, 'The versions.', Version), ...openRefusals() },
        },
      },
      async () => ({
        service: 'maestro' as const,
        version: VERSION,
        node: deps.nodeVersion,
        reader: READER,
        verifier: VERIFIER,
      }),
    );
  };
