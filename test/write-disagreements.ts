// Writes the totals and disagreements into docs/evidence.md. `MAESTRO_VECTORS` has to name the real documents.
import { readFileSync, writeFileSync } from 'node:fs';
import { disagreementTable, withTable } from './system/evidence-disagreement-table.ts';

const page = new URL('../docs/evidence.md', import.meta.url);
writeFileSync(page, withTable(readFileSync(page, 'utf8'), disagreementTable()));
