import { trust as routes } from './plugin.ts';
import { TRUST_SETTINGS } from './settings.ts';

export const trust = { settings: TRUST_SETTINGS, routes };
