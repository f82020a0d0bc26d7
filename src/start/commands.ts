// Runs the command that the command line names. Each loads what it needs, so that help does not
// wait for what serves.
import { VERSION } from '../routes/version.ts';
import { asked } from './command-line.ts';
import { readConfig } from './config.ts';
import { nameWarnings } from './config-warnings.ts';
import { complainTo, type Host } from './host.ts';
import type { Signals } from './signals.ts';

/**
 * Throws an error of one line if there is no such command, the configuration is bad, or the command
 * fails.
 */
export async function run(host: Host, signals: Signals): Promise<void> {
  const what = asked(host.argv.slice(2), VERSION);
  if ('print' in what) {
    host.stdout.write(what.print);
    return;
  }
  // The server writes these into its log.
  if (what.command !== 'serve') nameWarnings(host.env).forEach(complainTo(host));
  const config = readConfig(host.env);
  if (what.command === 'serve') {
    const { serve } = await import('./serve.ts');
    return serve(config, host, signals);
  }
  if (what.command === 'token') {
    const { createFirstToken } = await import('./create-token.ts');
    return createFirstToken(config, host, what.options);
  }
  const { MAINTENANCE } = await import('./maintenance.ts');
  await MAINTENANCE[what.command](config, host, what.argument);
}
