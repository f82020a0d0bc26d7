import { AUTH_SETTINGS } from './settings.ts';

export const auth = { settings: AUTH_SETTINGS, routes: (_needs: object) => async () => {} };
