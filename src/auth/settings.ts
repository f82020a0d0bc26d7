// The settings of authentication: who must be known, and by what.
import { z } from 'zod';
import { readNetworks } from './networks.ts';

const NETWORKS_FORM = 'must be IP addresses and CIDR networks such as 10.0.0.0/8, separated by commas';

export const AUTH_SETTINGS = {
  AUTH: z
    .enum(['none', 'required'], 'must be none or required')
    .optional()
    .describe(
      'Whether callers need a credential: `required`, or `none` to let everybody in; unset: everybody on this ' +
        'machine, and no start where other machines can reach it',
    ),
  AUTH_FILE: z
    .string()
    .optional()
    .describe('YAML or JSON file with the issuers of ID tokens and their grants; read again at SIGHUP'),
  ADMIN_TOKEN_FILE: z
    .string()
    .optional()
    .describe('File with a secret of 32 characters or more, which only its owner can read; whoever sends it is admin'),
  TRUSTED_PROXIES: z
    .string()
    .transform((text, context) => {
      const networks = readNetworks(text);
      if (networks === null) context.addIssue({ code: 'custom', message: NETWORKS_FORM });
      return networks ?? z.NEVER;
    })
    .optional()
    .describe(
      'Addresses of proxies whose `X-Forwarded-For` counts, such as 10.0.0.0/8,::1; it decides only whose failed ' +
        'sign-ins are counted together',
    ),
};
