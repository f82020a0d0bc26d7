// The settings of the process, joined from those of each capability.
import { z } from 'zod';
import { oneOf, whole } from '../domain/setting.ts';
import { ADDRESS_SETTINGS, CHANGE_SETTINGS, REQUEST_SETTINGS } from '../http/settings.ts';
import { STORE_SETTINGS } from '../store/settings.ts';
import { product } from './capabilities.ts';
import { joinNamed } from './join-named.ts';

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
 * Throws where the name of a setting is taken.
 */
export function configWith<Settings extends z.ZodRawShape>(settings: Settings) {
  return z.object(
    joinNamed('setting', [
      ADDRESS_SETTINGS,
      LOG_SETTINGS,
      STORE_SETTINGS,
      CHANGE_SETTINGS,
      settings,
      REQUEST_SETTINGS,
      STOP_SETTINGS,
    ]),
  );
}

export const Config = configWith(product.settings);
export type Config = z.infer<typeof Config>;

type Environment = Record<string, string | undefined>;

export function readConfig(environment: Environment): Config {
  return readSettings(Config, environment);
}

/**
 * Reads the settings of `schema` in `environment`. Throws an error of one line that names each bad
 * variable. An empty variable counts as unset.
 */
export function readSettings<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape>,
  environment: Environment,
): z.infer<z.ZodObject<Shape>> {
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const result = schema.safeParse(set);
  if (result.success) return result.data;
  const bad = result.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`);
  throw new Error(`Bad configuration: ${bad.join('; ')}`);
}
