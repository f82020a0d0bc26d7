// The settings of the process, joined from those of each capability.
import { z } from 'zod';
import { CONTENT_SETTINGS } from '../blobs/settings.ts';
import { oneOf, whole } from '../domain/setting.ts';
import { EVIDENCE_SETTINGS } from '../evidence/settings.ts';
import { ADDRESS_SETTINGS, CHANGE_SETTINGS, REQUEST_SETTINGS } from '../http/settings.ts';
import { STORE_SETTINGS } from '../store/settings.ts';
import { TRUST_SETTINGS } from '../trust/settings.ts';

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

const LOG_FORMATS = ['auto', 'json', 'pretty'] as const;

const LOG_SETTINGS = {
  LOG_LEVEL: oneOf(LOG_LEVELS, 'info').describe('Lowest level logged; `warn` omits the line per request'),
  LOG_FORMAT: oneOf(LOG_FORMATS, 'auto').describe(
    'Format of the log: `json`, or `pretty` for people; `auto` means `pretty` at a terminal, `json` elsewhere',
  ),
};

const STOP_SETTINGS = {
  SHUTDOWN_WAIT_MS: whole(0, 15_000, 1_500).describe(
    'How long the server keeps serving after `/ready` begins to answer 503, so that load balancers notice',
  ),
};

/**
 * Each setting, read from the environment variable of its name, in the order of the documentation.
 */
export const Config = z.object({
  ...ADDRESS_SETTINGS,
  ...LOG_SETTINGS,
  ...STORE_SETTINGS,
  ...CHANGE_SETTINGS,
  ...CONTENT_SETTINGS,
  ...EVIDENCE_SETTINGS,
  ...TRUST_SETTINGS,
  ...REQUEST_SETTINGS,
  ...STOP_SETTINGS,
});
export type Config = z.infer<typeof Config>;

/**
 * Reads the settings in `environment`. Throws an error of one line that names each bad variable. An
 * empty variable counts as unset.
 */
export function readConfig(environment: Record<string, string | undefined>): Config {
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const result = Config.safeParse(set);
  if (result.success) return result.data;
  const bad = result.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`);
  throw new Error(`Bad configuration: ${bad.join('; ')}`);
}
