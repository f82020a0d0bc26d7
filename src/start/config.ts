import { z } from 'zod';
import { readPublicUrl } from '../http/public-url.ts';

const PUBLIC_URL_FORM =
  'must be an http or https URL such as https://ci.example.com/governance/, without query and fragment';

const whole = (min: number, max: number, fallback: number) =>
  z
    .string()
    .regex(/^\d{1,15}$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.number().min(min, `must be ${min} or more`).max(max, `must be ${max} or less`))
    .default(fallback);

const flag = (fallback: 'true' | 'false') =>
  z
    .enum(['true', 'false'], 'must be true or false')
    .default(fallback)
    .transform((word) => word === 'true');

const LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

const LOG_FORMATS = ['auto', 'json', 'pretty'] as const;

const FLAG_LEVELS = ['asserted', 'parsed', 'verified'] as const;

/** The settings of the process, each from the environment variable of its name. */
export const Config = z.object({
  HOST: z
    .string()
    .min(1, 'must not be empty')
    .default('localhost')
    .describe('Address to listen on; `localhost` is both loopback addresses'),
  PORT: whole(0, 65_535, 8001).describe('TCP port to listen on; 0 takes any free one'),
  PUBLIC_URL: z
    .string()
    .transform((text, context) => {
      const publicUrl = readPublicUrl(text);
      if (publicUrl === null) context.addIssue({ code: 'custom', message: PUBLIC_URL_FORM });
      return publicUrl ?? z.NEVER;
    })
    .optional()
    .describe(
      'Where callers reach Maestro through a proxy, with the prefix there, such as https://ci.example.com/governance/',
    ),
  LOG_LEVEL: z
    .enum(LEVELS, `must be one of ${LEVELS.join(', ')}`)
    .default('info')
    .describe('Lowest level logged; `warn` leaves out the line per request'),
  LOG_FORMAT: z
    .enum(LOG_FORMATS, `must be one of ${LOG_FORMATS.join(', ')}`)
    .default('auto')
    .describe(
      'How the log is written: `json`, or `pretty` for people; `auto` is `pretty` at a terminal, `json` elsewhere',
    ),
  DATABASE_URL: z
    .string()
    .regex(/^(postgres(ql)?:\/\/|embedded:)./, 'must be a postgres:// URL, or embedded: and a folder')
    .optional()
    .describe(
      'Where everything is kept: PostgreSQL 15 or newer, or the folder of one that Maestro starts itself; unset: in memory, until it stops',
    ),
  DATABASE_CONNECTIONS: whole(1, 1_000, 10).describe('Connections to PostgreSQL that one process opens at most'),
  DATABASE_CONNECT_TIMEOUT_MS: whole(100, 600_000, 5_000).describe('Time to connect to PostgreSQL'),
  STATEMENT_TIMEOUT_MS: whole(100, 600_000, 5_000).describe('Time for one statement to PostgreSQL'),
  MIGRATE_AT_START: flag('true').describe('Bring the schema of the database up to date at start'),
  ALLOW_UNSAFE_DURABILITY: flag('false').describe(
    'Accept a PostgreSQL that acknowledges writes before they are on disk',
  ),
  MAX_ARTIFACTS_PER_RUN: whole(1, 10_000, 10_000).describe('Artifacts that one run holds at most'),
  REQUIRE_IF_MATCH: flag('false').describe('Refuse a PATCH without If-Match'),
  BLOB_URL: z
    .string()
    .regex(/^(file:|s3:\/\/|gs:\/\/)./, 'must be file: and a folder, or begin with s3:// or gs://')
    .optional()
    .describe(
      'Where content lies: a folder, or a bucket of S3 or Google Cloud Storage; unset: with the memory store in memory, with `embedded:` beside the database',
    ),
  CONTENT_LIMIT: whole(1, 5 * 1024 ** 3, 512 * 1024 * 1024).describe('Largest content of an artifact, in bytes'),
  CONTENT_MIN_FREE_BYTES: whole(0, 1024 ** 4, 1024 ** 3).describe(
    'Bytes that content leaves free on the disk; what would take more is refused. Applies to a folder, not to a bucket',
  ),
  CONTENT_IDLE_TIMEOUT_MS: whole(100, 600_000, 30_000).describe('Longest time in which no byte of content arrives'),
  CONTENT_TIMEOUT_MS: whole(100, 86_400_000, 3_600_000).describe('Time for all content of an artifact to arrive'),
  CONTENT_REDIRECT: flag('false').describe('Send callers to the bucket for content, by links that hold for minutes'),
  EVIDENCE_LIMIT: whole(1_024, 32 * 1024 * 1024, 32 * 1024 * 1024).describe(
    'Largest document that is read, in bytes, unpacked',
  ),
  EVIDENCE_TIMEOUT_MS: whole(100, 600_000, 60_000).describe(
    'Time to read one document; one that takes longer is tried once more, alone',
  ),
  EVIDENCE_WORKERS: whole(1, 64, 1).describe('Documents that are read at the same time, each in a process of its own'),
  EVIDENCE_WARM_UP: flag('true').describe(
    'Prepare the readers of documents after start; `false` saves about 100 MiB, and the first document of a format takes longer',
  ),
  TRUST_FILE: z
    .string()
    .optional()
    .describe('YAML or JSON file with the trust policy; read again at SIGHUP; unset: no signer is trusted'),
  GATE_MINIMUM_LEVEL: z
    .enum(FLAG_LEVELS, `must be one of ${FLAG_LEVELS.join(', ')}`)
    .default('asserted')
    .describe('Lowest level of evidence at which a flag counts for the gate: `asserted`, `parsed` or `verified`'),
  BODY_LIMIT_BYTES: whole(1_024, 16 * 1024 * 1024, 1024 * 1024).describe('Largest request body'),
  MAX_HEADER_BYTES: whole(1_024, 1024 * 1024, 16 * 1024).describe('Largest header section of a request'),
  HEADERS_TIMEOUT_MS: whole(100, 600_000, 10_000).describe('Time for the header section of a request to arrive'),
  REQUEST_TIMEOUT_MS: whole(100, 600_000, 30_000).describe('Time for the JSON body of a request to arrive'),
  HANDLER_TIMEOUT_MS: whole(100, 600_000, 10_000).describe('Time for an answer'),
  KEEP_ALIVE_TIMEOUT_MS: whole(1_000, 600_000, 72_000).describe(
    'How long an idle connection is kept; set it higher than in a proxy in front',
  ),
  MAX_EVENT_LOOP_DELAY_MS: whole(10, 60_000, 1_000).describe(
    'Mean delay of the event loop beyond which requests are answered 503',
  ),
  SHUTDOWN_WAIT_MS: whole(0, 15_000, 1_500).describe(
    'Time between `/ready` answering 503 and closing, so that load balancers notice',
  ),
});
export type Config = z.infer<typeof Config>;

/** The settings in `environment`. Throws an error of one line that names each bad variable. An empty variable counts as unset. */
export function readConfig(environment: Record<string, string | undefined>): Config {
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const result = Config.safeParse(set);
  if (result.success) return result.data;
  const bad = result.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`);
  throw new Error(`Bad configuration: ${bad.join('; ')}`);
}
