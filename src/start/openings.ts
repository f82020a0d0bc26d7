// What is open, and how it is closed again: in reverse order, each once, whatever becomes of the others.

type Opening = { readonly waitsFor: string | null; close(): Promise<unknown> | undefined };

export type Openings = {
  /** Remembers what was opened. `waitsFor` says in a few words what its close may wait for. */
  add(waitsFor: string | null, close: Opening['close']): void;
  /**
   * Closes everything, the latest first; a second call waits for the first. `say` is told what is waited for. What follows is closed
   * though one fails: an embedded PostgreSQL must not outlive us. Rejects with the first failure.
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
