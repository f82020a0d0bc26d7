import type { Note } from '../../reading.ts';
import type { Where } from './shape-rules.ts';

/** One form of SPDX 2. */
export type Spdx2Form = {
  readonly format: string;
  /**
   * Whether the prose of the specification is enforced. JSON and YAML have a published schema,
   * which producers follow: deviations from the prose are warnings there. Tag-value has no schema,
   * only the prose.
   */
  readonly strict: boolean;
  readonly where: Where;
  readonly note: Note;
};
