import { tokens as routes } from './plugin.ts';
import { TOKEN_EVENT_TYPES } from './token-events.ts';

export const auth = { settings: {}, events: TOKEN_EVENT_TYPES, routes };
