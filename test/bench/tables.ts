// Figures, and tables of them, in Markdown.
export const verdict = (met: boolean) => (met ? 'met' : '**missed**');
export const whole = (value: number) => fixed(value, 0);
export const bullets = (lines: string[]) => lines.map((line) => `- ${line}`).join('\n');

export function fixed(value: number, digits: number): string {
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

export function table(head: string[], rows: string[][]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
