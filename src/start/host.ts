/** What Maestro uses of the `process` that it runs in. */
export type Host = Pick<NodeJS.Process, 'argv' | 'env' | 'exit' | 'on' | 'stderr' | 'stdout' | 'versions'>;

/** Writes one line of a message. */
export type Write = (message: string) => void;

/** Writes to standard error, where there is no log. */
export const complainTo =
  ({ stderr }: Pick<Host, 'stderr'>): Write =>
  (message) => {
    stderr.write(`maestro: ${message}\n`);
  };
