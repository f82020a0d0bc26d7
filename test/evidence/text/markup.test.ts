import { describe, expect, it } from 'vitest';
import { isHtml, openingOf } from '../../../src/evidence/text/markup.ts';

describe('openingOf', () => {
  it.each([
    ['<a/>', false, null, 'a'],
    ['  <?xml version="1.0"?>\n<!-- <b/> -->\n<x:a y="1">', true, null, 'x:a'],
    ['<!DOCTYPE html><p>', false, 'html', 'p'],
    ['<!doctype SVG PUBLIC "a" "b">\n<svg>', false, 'svg', 'svg'],
    ['<!DOCTYPE html [<!ENTITY a "b">]><html>', false, 'unknown', null],
    ['<?php echo 1 ?>\n<p>', false, null, 'p'],
    ['<!-- never ends', false, null, null],
    ['<https://example.com/>', false, null, null],
    ['<a@example.com>', false, null, null],
    ['< a>', false, null, null],
    ['', false, null, null],
  ])('sees what %s begins with', (text, declared, doctype, root) => {
    expect(openingOf(text)).toEqual({ declared, doctype, root });
  });

  it('passes over any number of comments and any white space', () => {
    expect(openingOf(`${'<!---->'.repeat(500_000)}<a/>`).root).toBe('a');
    expect(openingOf(`${' '.repeat(5_000_000)}<a/>`).root).toBe('a');
  });
});

describe('isHtml', () => {
  it('knows elements of HTML in either case, and no others', () => {
    expect(['p', 'IMG', 'testsuites', 'bom', null].map(isHtml)).toEqual([true, true, false, false, false]);
  });
});
