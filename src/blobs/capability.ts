import { content } from './plugin.ts';
import { CONTENT_SETTINGS } from './settings.ts';

export const blobs = { settings: CONTENT_SETTINGS, routes: content };
