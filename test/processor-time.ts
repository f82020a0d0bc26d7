// How long something takes, for limits that a busy machine does not break.

/** Milliseconds of the processor that `work` took: other processes do not add to them, as they do to those of a clock. */
export async function processorMs(work: () => unknown): Promise<number> {
  const began = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(began);
  return (user + system) / 1_000;
}
