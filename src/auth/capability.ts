import { tokens as routes } from './plugin.ts';
import { AUTH_SETTINGS } from './settings.ts';
import { TOKEN_EVENT_TYPES } from './token-events.ts';

export const auth = { settings: AUTH_SETTINGS, events: TOKEN_EVENT_TYPES, routes };
