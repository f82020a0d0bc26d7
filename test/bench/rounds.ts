// Servers loaded in interleaved rounds: whatever the machine does meanwhile, it does to all of them.
import { cpuMicroseconds, type ServerProcess } from './server-process.ts';
import type { Target } from './traffic.ts';
import type { Generator } from './traffic-process.ts';

/** One server and what it is asked for. */
export type Lane = { server: ServerProcess; targets: readonly Target[] };
/** What one round of load on one lane came to; CPU time is that of the server's process, per request. */
export type Sample = { cpuMicros: number; perSecond: number; p50Ms: number; p99Ms: number };

const CONNECTIONS = 64;

type Length = { rounds: number; seconds: number };

/** Samples by race, lane and round. The lanes of a race must answer with as many bytes as its first one. */
export async function race(generator: Generator, races: readonly Lane[][], length: Length): Promise<Sample[][][]> {
  const paces = await warmUp(generator, races, length.seconds);
  const samples = races.map((lanes) => lanes.map((): Sample[] => []));
  for (let round = 0; round < length.rounds; round += 1) {
    for (const [index, lanes] of races.entries()) {
      // Another lane begins each round, so that none always runs in the wake of the same neighbour.
      for (const turn of lanes.keys()) {
        const at = (turn + round) % lanes.length;
        // Every connection needs one to wait for.
        const answers = Math.max(CONNECTIONS, Math.round((paces[index]?.[at] ?? 0) * length.seconds));
        const sample = await measure(generator, lanes[at] as Lane, answers);
        samples[index]?.[at]?.push(sample);
      }
    }
  }
  return samples;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const [low = Number.NaN, high = low] = sorted.slice(Math.ceil(sorted.length / 2) - 1);
  return sorted.length % 2 === 1 ? low : (low + high) / 2;
}

// Answers are counted rather than seconds, so that the CPU time read around them is theirs to the last one.
async function measure(generator: Generator, { server, targets }: Lane, answers: number): Promise<Sample> {
  const before = cpuMicroseconds(server.pid);
  const { perSecond, p50Ms, p99Ms } = await generator.send({
    port: server.port,
    targets,
    answers,
    connections: CONNECTIONS,
  });
  return { cpuMicros: (cpuMicroseconds(server.pid) - before) / answers, perSecond, p50Ms, p99Ms };
}

const MOST_DIFFERENCE_IN_BYTES = 0.02;

/** Lets every lane be compiled by V8, and returns how many requests a second each takes. */
async function warmUp(generator: Generator, races: readonly Lane[][], seconds: number): Promise<number[][]> {
  const paces: number[][] = [];
  for (const lanes of races) {
    const done = [];
    for (const { server, targets } of lanes)
      done.push(await generator.send({ port: server.port, targets, seconds, connections: CONNECTIONS }));
    const [first] = done;
    for (const { bytesEach } of done) {
      if (Math.abs(bytesEach / (first?.bytesEach ?? 0) - 1) > MOST_DIFFERENCE_IN_BYTES) {
        throw new Error(`${lanes[0]?.targets[0]?.path}: ${bytesEach} bytes an answer beside ${first?.bytesEach}`);
      }
    }
    paces.push(done.map(({ perSecond }) => perSecond));
  }
  return paces;
}
