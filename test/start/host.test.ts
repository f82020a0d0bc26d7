import { expect, it } from 'vitest';
import { complainTo } from '../../src/start/host.ts';

it('a complaint is one line on standard error that names the program', () => {
  const written: string[] = [];
  complainTo({ stderr: { write: (text: string) => written.push(text) } as never })('the disk is full');
  expect(written).toEqual(['maestro: the disk is full\n']);
});
