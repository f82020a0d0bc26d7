// The figures as Markdown.
import { bullets } from './tables.ts';

type Written = { headings: readonly string[]; machine: string[]; written: string };

/**
 * docs/benchmarks.md with the measured sections, by heading. A section that was not measured keeps its text in the file as
 * it was written, if that is of the same machine, and is left out otherwise.
 */
export function report(measured: ReadonlyMap<string, string>, { headings, machine, written }: Written): string {
  const facts = bullets(machine);
  const kept = written.includes(`\n\n${facts}\n\n`) ? sectionsOf(written) : new Map<string, string>();
  const texts = headings.map((heading) => ({ heading, text: measured.get(heading) ?? kept.get(heading) }));
  const isOneRun = texts.every(({ heading, text }) => text === undefined || measured.has(heading));
  const sections = texts.flatMap(({ heading, text }) => (text === undefined ? [] : [`## ${heading}\n\n${text}\n`]));
  return `# Benchmarks

Written by \`make bench\`. All figures are of ${isOneRun ? 'one run on one machine' : 'one machine, those of a section of one run'}:

${facts}

${sections.join('\n')}`;
}

function sectionsOf(written: string): Map<string, string> {
  const [, ...sections] = written.split(/^## /m);
  return new Map(
    sections.map((section) => {
      const end = section.indexOf('\n');
      return [section.slice(0, end), section.slice(end).trim()];
    }),
  );
}
