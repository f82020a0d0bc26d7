/** The part of Node's `process` that Maestro uses. */
export type Host = Pick<NodeJS.Process, 'argv' | 'env' | 'exit' | 'on' | 'stderr' | 'stdout' | 'versions'>;

/** Writes one line of a message. */
export type Write = (message: string) => void;

/** Writes to standard error, for when there is no log. */
export const complainTo =
  ({ stderr }: Pick<Host, 'stderr'>): Write =>
  (message) => {
    stderr.write(`maestro: ${message}\n`);
  };
