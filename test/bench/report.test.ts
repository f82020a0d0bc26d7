import { describe, expect, it } from 'vitest';
import { partsOf } from './parts.ts';
import { report } from './report.ts';

const headings = ['Documents', 'Content', 'Start'];
const machine = ['2 × A processor', 'Node v20.20.2'];
const all = new Map([
  ['Start', 'started'],
  ['Documents', 'documents\n\n### Larger ones\n\nmore'],
  ['Content', 'content'],
]);
const written = report(all, { headings, machine, written: '' });

describe('docs/benchmarks.md', () => {
  it('has the sections in their order below the facts of the machine', () => {
    expect(written).toBe(`# Benchmarks

Written by \`make bench\`. All figures are of one run on one machine:

- 2 × A processor
- Node v20.20.2

## Documents

documents

### Larger ones

more

## Content

content

## Start

started
`);
  });

  it('keeps the text of a section that was not measured, and says that there were several runs', () => {
    const again = report(new Map([['Content', 'new content']]), { headings, machine, written });
    expect(again).toBe(
      written
        .replace('\ncontent\n', '\nnew content\n')
        .replace('of one run on one machine', 'of one machine, those of a section of one run'),
    );
  });

  it('says that there was one run if all was measured again', () => {
    const mixed = report(new Map([['Content', 'new content']]), { headings, machine, written });
    expect(report(all, { headings, machine, written: mixed })).toBe(written);
  });

  it('leaves out what was measured on another machine', () => {
    const elsewhere = report(new Map([['Content', 'content']]), { headings, machine: ['Node v24.0.0'], written });
    expect(elsewhere).toContain('## Content\n\ncontent\n');
    expect(elsewhere).not.toContain('## Start');
    expect(elsewhere).not.toContain('## Documents');
    // One machine is not another that has more to it.
    const similar = report(new Map(), { headings, machine: machine.slice(0, 1), written });
    expect(similar).not.toContain('## Start');
  });
});

describe('BENCH_PARTS', () => {
  it('names parts in any order, and all where it is empty or not set', () => {
    expect(partsOf(headings, 'Start,Documents')).toEqual(['Documents', 'Start']);
    expect(partsOf(headings, undefined)).toEqual(headings);
    expect(partsOf(headings, '')).toEqual(headings);
  });

  it('is refused where it names no part, with the names that there are', () => {
    expect(() => partsOf(headings, 'Start,Contents')).toThrow(
      'BENCH_PARTS: Contents is none of Documents, Content, Start',
    );
  });
});
