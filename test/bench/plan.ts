/** How much is measured. `BENCH_QUICK=1` is for trying the command out: its figures are noise. */
export type Plan = {
  rounds: number;
  /** Of load on one server in one round. */
  seconds: number;
  artifacts: number;
  /** The stores between which the cost of the gate is compared. */
  smallStore: number;
  bigStore: number;
  starts: number;
  /** How many pipelines run in one round, one after the other, and then several at a time. */
  pipelinesAlone: number;
  pipelinesTogether: number;
  /** How many entries the documents have that are read beside `JSON.parse`: few, and ten times as many. */
  entries: readonly [number, number];
  /** Of the SBOMs that are read while others ask. */
  sbomBytes: number;
};

export const FULL: Plan = {
  rounds: 5,
  seconds: 2,
  artifacts: 100_000,
  smallStore: 1_000,
  bigStore: 1_000_000,
  starts: 7,
  pipelinesAlone: 20,
  pipelinesTogether: 48,
  entries: [1_000, 10_000],
  sbomBytes: 10 * 1024 * 1024,
};

export const QUICK: Plan = {
  rounds: 2,
  seconds: 0.5,
  artifacts: 10_000,
  smallStore: 1_000,
  bigStore: 50_000,
  starts: 2,
  pipelinesAlone: 3,
  pipelinesTogether: 16,
  entries: [100, 1_000],
  sbomBytes: 1024 * 1024,
};
