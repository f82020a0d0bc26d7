// The open parts of the server, and how they are closed.

type Opening = { readonly waitsFor: string | null; close(): Promise<unknown> | undefined };

export type Openings = {
  /** Records an open part. `waitsFor` names what its close may wait for. */
  add(waitsFor: string | null, close: Opening['close']): void;
  /**
   * Closes all parts, the latest first; a second call waits for the first. `say` is called with
   * what is waited for. If one fails, the others are still closed: an embedded PostgreSQL must not
   * outlive the process. Rejects with the first failure.
   */
  close(say?: (waitsFor: string) => void): Promise<void>;
};

export function openings(): Openings {
  const open: Opening[] = [];
  let closing: Promise<void> | null = null;

  async function closeAll(say: (waitsFor: string) => void): Promise<void> {
    const failures: unknown[] = [];
    for (const { waitsFor, close } of open.reverse()) {
      if (waitsFor !== null) say(waitsFor);
      try {
        await close();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }

  return {
    add: (waitsFor, close) => void open.push({ waitsFor, close }),
    close(say = () => {}) {
      closing ??= closeAll(say);
      return closing;
    },
  };
}
