// The part of docs/evidence.md that shows how far the readers and the index of real documents agree.
import { DISAGREEMENTS } from './evidence-disagreements.ts';
import { VECTORS } from './evidence-vectors.ts';

export const BEGIN = '<!-- disagreements -->';
export const END = '<!-- end of disagreements -->';

/** Totals, and each disagreement under its reason. Needs the real documents. */
export function disagreementTable(): string {
  const formats = [...new Set(VECTORS.map(({ format }) => format))].sort();
  const rows = formats.map((format) => {
    const files = VECTORS.filter((one) => one.format === format);
    const differing = files.filter(({ file }) => Object.hasOwn(DISAGREEMENTS, file));
    return `| \`${format}\` | ${files.length} | ${differing.length} |`;
  });
  const differing = Object.keys(DISAGREEMENTS).length;
  const reasons = [...new Set(Object.values(DISAGREEMENTS))].map((reason) => {
    const files = Object.keys(DISAGREEMENTS).filter((file) => DISAGREEMENTS[file] === reason);
    return `- ${reason}\n${files.map((file) => `  - \`${file}\``).join('\n')}`;
  });
  return [
    `The readers are tested with ${VECTORS.length} real documents, and with an index that says what each of them is. They agree with\nthe index on ${VECTORS.length - differing} and disagree on ${differing}.`,
    `| Format in the index | Files | Disagreements |\n|---|---:|---:|\n${rows.join('\n')}`,
    'Each disagreement, under the reason why the readers are not changed:',
    reasons.join('\n'),
  ].join('\n\n');
}

/** The page with `table` in its place. */
export function withTable(page: string, table: string): string {
  const [before = ''] = page.split(BEGIN, 1);
  const after = page.includes(END)
    ? page.slice(page.indexOf(END) + END.length)
    : page.slice(before.length + BEGIN.length);
  return `${before}${BEGIN}\n\n${table}\n\n${END}${after}`;
}
