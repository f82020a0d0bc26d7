// Arguments, a command, an exit status. The only file that touches `process`; what it starts
// receives that as a value.
import { keepCompiled } from './start/compile-cache.ts';

// Only what is imported after it is kept.
keepCompiled(import.meta.url);

try {
  const { heedSignals } = await import('./start/signals.ts');
  const signals = heedSignals(process);
  const { run } = await import('./start/commands.ts');
  await run(process, signals);
} catch (error) {
  process.stderr.write(`maestro: ${(error as Error).message}\n`);
  process.exit(1);
}
