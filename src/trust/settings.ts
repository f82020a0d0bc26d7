// The settings of trust: who is trusted, and what the gate asks for.
import { z } from 'zod';
import { LEVELS } from '../domain/gate/flags.ts';
import { oneOf } from '../domain/setting.ts';

export const TRUST_SETTINGS = {
  TRUST_FILE: z
    .string()
    .optional()
    .describe('YAML or JSON file with the trust policy; read again at SIGHUP; unset: no signer is trusted'),
  GATE_MINIMUM_LEVEL: oneOf(LEVELS, 'asserted').describe(
    'Lowest level of evidence at which a flag counts for the gate: `asserted`, `parsed` or `verified`',
  ),
};
