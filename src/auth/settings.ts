// The settings of callers: whether they must say who they are, and how they can.
import { z } from 'zod';
import { networkFault } from './caller-address.ts';

const path = () => z.string().optional();

export const AUTH_SETTINGS = {
  AUTH: z
    .enum(['none', 'required'], 'must be none or required')
    .optional()
    .describe(
      '`required`: callers must send a token. `none`: whoever reaches the server may do everything. Unset: `none` ' +
        'for callers on this machine; the server does not listen on other addresses',
    ),
  ADMIN_TOKEN_FILE: path().describe(
    'File with one secret of 32 characters or more, readable by its owner alone: whoever sends it is admin and operator',
  ),
  AUTH_FILE: path().describe(
    'YAML or JSON file with the issuers of ID tokens, such as CI systems, and what these tokens grant; read again at SIGHUP',
  ),
  TRUSTED_PROXIES: z
    .string()
    .transform((text, context) => {
      const networks = text.split(',').map((one) => one.trim());
      const fault = networks.map(networkFault).find((one) => one !== null);
      if (fault !== undefined) context.addIssue({ code: 'custom', message: fault ?? '' });
      return networks;
    })
    .optional()
    .describe(
      'Addresses and networks of proxies in front, separated by commas, such as 10.0.0.0/8: their X-Forwarded-For is believed',
    ),
};
