import { evidence as routes } from './plugin.ts';
import { EVIDENCE_SETTINGS } from './settings.ts';

export const evidence = { settings: EVIDENCE_SETTINGS, routes };
