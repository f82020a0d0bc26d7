// The Chromium of this machine, if any, without traffic of its own.
import { existsSync } from 'node:fs';
import { chromium, type Page } from 'playwright-core';

const BROWSERS = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
export const executablePath = BROWSERS.find((path) => path !== undefined && existsSync(path));

// Works on a closed network.
const QUIET = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'];

export function launchBrowser(...args: string[]) {
  return chromium.launch({
    executablePath: executablePath as string,
    args: [...QUIET, '--disable-component-update', '--disable-sync', ...args],
  });
}

/** What a page complains of from now on: errors of scripts, and whatever its policy has refused. */
export function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  return complaints;
}
