// Writes docs/openapi.json: the document that the server serves, for readers without a server.
import { writeFileSync } from 'node:fs';
import { openapiText } from './helper.ts';

writeFileSync(new URL('../docs/openapi.json', import.meta.url), await openapiText());
