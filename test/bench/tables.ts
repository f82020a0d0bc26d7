// Figures, and tables of them, in Markdown.
import { median, type Sample } from './rounds.ts';

export const verdict = (met: boolean) => (met ? 'met' : '**missed**');
export const whole = (value: number) => fixed(value, 0);
export const bullets = (lines: string[]) => lines.map((line) => `- ${line}`).join('\n');

export function fixed(value: number, digits: number): string {
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** The median over the rounds, and the smallest and greatest of them. */
export function spread(values: readonly number[], digits: number): string {
  const [least, greatest] = [Math.min(...values), Math.max(...values)];
  return `**${fixed(median(values), digits)}** (${fixed(least, digits)} to ${fixed(greatest, digits)})`;
}

/** The ratio in each round: what slows the machine for a while slows both sides of it. */
export function ratios(over: readonly number[], under: readonly number[]): number[] {
  return over.map((value, round) => value / (under[round] ?? Number.NaN));
}

/** One figure of each round. */
export const figures = (samples: readonly Sample[], figure: keyof Sample) => samples.map((sample) => sample[figure]);

/** The medians of one figure of two servers. */
export function pair(one: readonly Sample[], other: readonly Sample[], figure: keyof Sample, digits: number): string {
  return [one, other].map((samples) => fixed(median(figures(samples, figure)), digits)).join(' / ');
}

/** The least or the most that a figure must be (floor) and should be (aim). */
export type Bounds = { floor: number; aim: number };

/** Cells for floor and aim of a figure that should be great, such as a share or a speed. */
export const atLeast = (value: number, { floor, aim }: Bounds, digits: number) =>
  [floor, aim].map((bound) => `${fixed(bound, digits)} ${verdict(value >= bound)}`);

/** Cells for floor and aim of a figure that should be small, such as a time. */
export const atMost = (value: number, { floor, aim }: Bounds, digits: number) =>
  [floor, aim].map((bound) => `${fixed(bound, digits)} ${verdict(value <= bound)}`);

export function table(head: string[], rows: string[][]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
