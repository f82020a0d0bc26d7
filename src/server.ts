// Arguments, a command, an exit status. The one file that touches `process`: what it starts is handed that as a value.
import { run } from './start/commands.ts';
import { heedSignals } from './start/signals.ts';

try {
  await run(process, heedSignals(process));
} catch (error) {
  process.stderr.write(`maestro: ${(error as Error).message}\n`);
  process.exit(1);
}
