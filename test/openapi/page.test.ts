import { Script } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { PAGE_SCRIPT, PAGE_SCRIPT_NAME } from '../../src/openapi/page.ts';
import { testApp } from '../helper.ts';

// What it does is tested in a browser, in test/system/documentation.test.ts.
describe('the script of /docs', () => {
  it('is a script, and is loaded before Swagger UI starts', async () => {
    new Script(PAGE_SCRIPT);
    const app = await testApp();
    const page = (await app.inject('/docs')).body;
    const [, path = ''] = new RegExp(`<script src="([^"]*/${PAGE_SCRIPT_NAME})"`).exec(page) ?? [];
    const script = await app.inject(new URL(path, 'http://localhost/docs').pathname);
    expect(script.headers['content-type']).toMatch(/^application\/javascript/);
    expect(script.body).toBe(PAGE_SCRIPT);
    await app.close();
  });
});
