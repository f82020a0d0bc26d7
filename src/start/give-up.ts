/**
 * Throws where nothing catches it, on purpose: the process stops in order, with the exit status of a
 * failure.
 */
export function giveUp(error: Error): void {
  setImmediate(() => {
    throw error;
  });
}
