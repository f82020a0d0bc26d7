// The kinds of statements, each in the file of its capability. The kind decides what a statement
// may do, and the ledger what is sent. Each reads by an index, whatever its arguments are.

/** A statement that each connection prepares once, under its name. */
export type Statement = { readonly name: string; readonly text: string };

/** Only reads. */
export type Read = Statement & { readonly kind: 'read' };
/** Reads rows and locks them until the transaction ends. */
export type Lock = Statement & { readonly kind: 'lock' };
/** Writes rows, and records the event that explains them: a call of one function. */
export type Write = Statement & { readonly kind: 'write'; readonly parameters: number };
/** Writes who works on what and for how long, which no event explains. */
export type Lease = Statement & { readonly kind: 'lease' };
/** Moves a cursor of the log, or says who holds it, which no event explains. */
export type Cursor = Statement & { readonly kind: 'cursor' };
/** Moves events from the log to the archives: a call of one function. */
export type Cut = Statement & { readonly kind: 'cut' };
/** Belongs to the ledger itself, or to no tenant. */
export type Own = Statement & { readonly kind: 'own' };

/** Every statement, for the tests of their kinds and plans. */
export const STATEMENTS: (Read | Lock | Write | Lease | Cursor | Cut | Own)[] = [];

export function reads(name: string, text: string): Read {
  return known({ kind: 'read', name, text });
}

export function locks(name: string, text: string): Lock {
  return known({ kind: 'lock', name, text });
}

/**
 * Calls the function of that name, which takes its fields, the event and so many bodies; or, where
 * `bodies` is `many`, one array of these, with an event before each body.
 */
export function writes(name: string, bodies: number | 'many'): Write {
  const parameters = bodies === 'many' ? 1 : 2 + bodies;
  const places = Array.from({ length: parameters }, (_, index) => `$${index + 1}`).join(', ');
  return known({ kind: 'write', name, parameters, text: `SELECT ${name}(${places}) AS refusal` });
}

export function leases(name: string, text: string): Lease {
  return known({ kind: 'lease', name, text });
}

export function cursors(name: string, text: string): Cursor {
  return known({ kind: 'cursor', name, text });
}

export function cuts(name: string, text: string): Cut {
  return known({ kind: 'cut', name, text });
}

export function owns(name: string, text: string): Own {
  return known({ kind: 'own', name, text });
}

function known<Kind extends (typeof STATEMENTS)[number]>(statement: Kind): Kind {
  STATEMENTS.push(statement);
  return statement;
}
