// The capabilities of the product and one more. The product would have the two marked lines in
// `src/start/capabilities.ts`, without the folder of migrations: its own has the file.
import { capabilities } from '../../src/start/capabilities.ts';
import { inDrivers, joinCapabilities } from '../../src/start/capability.ts';
import { notes } from './notes/capability.ts'; // line 1

const migrations = new URL('./store/postgres/migrations/', import.meta.url);

// biome-ignore format: one line
const LIST = [
  ...capabilities,
  { ...notes, migrations, stores: inDrivers(() => import('./store/memory/notes.ts'), () => import('./store/postgres/notes.ts')) }, // line 2
] as const;

export const withNotes = joinCapabilities(LIST);
