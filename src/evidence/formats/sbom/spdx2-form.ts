import type { Note } from '../../reading.ts';
import type { Where } from './shape-rules.ts';

/** One form of SPDX 2. */
export type Spdx2Form = {
  readonly format: string;
  /**
   * Whether what the text of the specification asks for is asked for. JSON and YAML have a published schema, which is what their makers
   * hold themselves to: there the rest is a warning. Tag-value has no schema but that text.
   */
  readonly strict: boolean;
  readonly where: Where;
  readonly note: Note;
};
